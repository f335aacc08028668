// What PostgreSQL's own parser (libpg_query, compiled to WebAssembly) says that statements do.
//
//   node trees.mjs FOLDER      FOLDER is where tests/oracle/fetch installed the parser
//
// Reads one statement a line, as a JSON string. Answers each with a line: `null` where the parser does not take the text as one
// statement, else a list of facts: pairs of what is done, lower case, and to what. Names are as the server stores
// them, `schema.name`. The words are those of `facts` in tests/tests/postgres_trees/ours.rs.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.argv[2], 'package.json'));
const { loadModule, parseSync } = await import(pathToFileURL(require.resolve('libpg-query')));

/** The words of an `ObjectType` of the tree, where they are not those of its name. */
const KINDS = {
  ACCESS_METHOD: 'access method',
  DOMCONSTRAINT: 'constraint on domain',
  FDW: 'foreign data wrapper',
  FOREIGN_SERVER: 'server',
  LARGEOBJECT: 'large object',
  MATVIEW: 'materialized view',
  OPCLASS: 'operator class',
  OPFAMILY: 'operator family',
  PARAMETER_ACL: 'parameter',
  STATISTIC_EXT: 'statistics',
  TABCONSTRAINT: 'constraint',
  TSCONFIGURATION: 'text search configuration',
  TSDICTIONARY: 'text search dictionary',
  TSPARSER: 'text search parser',
  TSTEMPLATE: 'text search template',
};

function kind(type) {
  const name = type.replace('OBJECT_', '');
  return KINDS[name] ?? name.toLowerCase().replaceAll('_', ' ');
}

const only = (node) => Object.entries(node)[0];
const string = (node) => node?.String?.sval ?? '';
/** Of `database.schema.name` the last two. */
const dotted = (nodes) => nodes.map(string).slice(-2).join('.');
const relation = (r) => (r.schemaname ? `${r.schemaname}.${r.relname}` : r.relname);
const inherited = (r) => (r.inh ? '' : 'only ') + relation(r);
const columns = (list) => `(${(list ?? []).map((c) => c.ResTarget?.name ?? string(c)).join(', ')})`;
const cascade = (s) => (s.behavior === 'DROP_CASCADE' ? ' cascade' : '');
const replace = (s) => (s.replace ? 'or replace ' : '');

function role(spec) {
  return spec.rolename ?? spec.roletype.replace('ROLESPEC_', '').toLowerCase();
}

const roles = (list) => list.map((r) => role(r.RoleSpec)).join(', ');

/** The value of an option that is on or off. */
function isOn(arg) {
  if (arg === undefined) return true;
  const [, value] = only(arg);
  const written = value.sval ?? value.boolval ?? value.ival ?? false;
  return !['false', 'off', '0'].includes(String(written).toLowerCase());
}

const option = (list, name) =>
  (list ?? []).some((o) => o.DefElem.defname === name && isOn(o.DefElem.arg));

/** The name of an object in a list of any kind: `DROP`, `COMMENT`, `ALTER … OWNER TO`. */
function target(type, node) {
  const [tag, value] = only(node);
  if (['OBJECT_CAST', 'OBJECT_TRANSFORM', 'OBJECT_LARGEOBJECT'].includes(type)) return '';
  if (['OBJECT_POLICY', 'OBJECT_RULE', 'OBJECT_TRIGGER', 'OBJECT_TABCONSTRAINT'].includes(type)) {
    const names = value.items;
    return `${string(names.at(-1))} on ${dotted(names.slice(0, -1))}`;
  }
  if (type === 'OBJECT_DOMCONSTRAINT') {
    const [on, name] = value.items;
    return `${string(name)} on ${dotted(on.TypeName.names)}`;
  }
  if (type === 'OBJECT_COLUMN') {
    const names = value.items;
    return names.slice(-3).map(string).join('.');
  }
  if (['OBJECT_OPCLASS', 'OBJECT_OPFAMILY'].includes(type)) return dotted(value.items.slice(1));
  switch (tag) {
    case 'List': return dotted(value.items);
    case 'String': return value.sval;
    case 'ObjectWithArgs': return dotted(value.objname);
    case 'TypeName': return typeName(value);
    case 'RangeVar': return relation(value);
    case 'RoleSpec': return role(value);
    default: throw new Error(`what does ${type} name in ${tag}?`);
  }
}

/** The server writes `int` as `pg_catalog.int4`: the catalog's own types have no schema here. */
const typeName = (t) => dotted(t.names).replace(/^pg_catalog\./, '');

/** The facts of what `WITH` queries write. */
function written(s) {
  const ctes = s.withClause?.ctes ?? [];
  return ctes.flatMap((c) => {
    const [tag, query] = only(c.CommonTableExpr.ctequery);
    if (tag === 'SelectStmt') return written(query);
    return facts(c.CommonTableExpr.ctequery);
  });
}

/** `SELECT set_config('name', …, true)`, which is a way to write `SET`. */
function setConfig(s) {
  if (s.targetList?.length !== 1 || s.fromClause || s.whereClause || s.withClause || s.sortClause) return null;
  const call = s.targetList[0].ResTarget?.val?.FuncCall;
  if (!call || dotted(call.funcname).replace('pg_catalog.', '') !== 'set_config') return null;
  const [name, value, local] = (call.args ?? []).map((a) => a.A_Const);
  return name?.sval && (value?.sval || value?.isnull) && local?.boolval ? name.sval.sval.toLowerCase() : null;
}

function select(s) {
  const setting = setConfig(s);
  if (setting !== null) return [['set', setting]];
  let first = s;
  while (first.larg) first = first.larg;
  const into = first.intoClause;
  return [...written(s), into ? [`create ${persistence(into.rel)}table as`, relation(into.rel)] : ['query', '']];
}

function persistence(rel) {
  return { t: 'temporary ', u: 'unlogged ' }[rel.relpersistence] ?? '';
}

/** What an action of `ALTER TABLE` does, and to what. */
const ACTIONS = {
  AT_AddColumn: (a) => ['add column', a.def.ColumnDef.colname],
  // A default of NULL is none.
  AT_ColumnDefault: (a) => [a.def && !a.def.A_Const?.isnull ? 'set default' : 'drop default', a.name],
  AT_DropNotNull: (a) => ['drop not null', a.name],
  AT_SetNotNull: (a) => ['set not null', a.name],
  AT_SetExpression: (a) => ['set expression', a.name],
  AT_DropExpression: (a) => ['drop expression', a.name],
  AT_SetStatistics: (a) => ['set column option', a.name ?? String(a.num)],
  AT_SetOptions: (a) => ['set column option', a.name],
  AT_ResetOptions: (a) => ['set column option', a.name],
  AT_SetStorage: (a) => ['set column option', a.name],
  AT_SetCompression: (a) => ['set column option', a.name],
  AT_DropColumn: (a) => [`drop column${cascade(a)}`, a.name],
  AT_AddConstraint: (a) => {
    const c = a.def.Constraint;
    if (c.contype === 'CONSTR_NOTNULL' && !c.skip_validation) return ['set not null', string(c.keys[0])];
    return ['add constraint', c.conname ?? ''];
  },
  AT_AlterConstraint: (a) => ['alter constraint', (a.def.ATAlterConstraint ?? a.def.Constraint).conname],
  AT_ValidateConstraint: (a) => ['validate constraint', a.name],
  AT_DropConstraint: (a) => [`drop constraint${cascade(a)}`, a.name],
  AT_AlterColumnType: (a) => ['set type', a.name],
  AT_AlterColumnGenericOptions: (a) => ['alter column', a.name],
  AT_ChangeOwner: () => ['owner to', ''],
  AT_ClusterOn: (a) => ['cluster on', a.name],
  AT_DropCluster: () => ['set without cluster', ''],
  AT_SetLogged: () => ['set', 'persistence=permanent'],
  AT_SetUnLogged: () => ['set', 'persistence=unlogged'],
  AT_DropOids: () => ['set without oids', ''],
  AT_SetAccessMethod: () => ['set access method', ''],
  AT_SetTableSpace: (a) => ['set tablespace', a.name],
  AT_SetRelOptions: (a) => ['set', storage(a)],
  AT_ResetRelOptions: (a) => ['set', storage(a)],
  AT_EnableTrig: (a) => ['trigger origin', a.name],
  AT_EnableAlwaysTrig: (a) => ['trigger always', a.name],
  AT_EnableReplicaTrig: (a) => ['trigger replica', a.name],
  AT_DisableTrig: (a) => ['trigger disabled', a.name],
  AT_EnableTrigAll: () => ['trigger origin', '*'],
  AT_DisableTrigAll: () => ['trigger disabled', '*'],
  AT_EnableTrigUser: () => ['trigger origin', 'user'],
  AT_DisableTrigUser: () => ['trigger disabled', 'user'],
  AT_EnableRule: (a) => ['enable rule', a.name],
  AT_EnableAlwaysRule: (a) => ['enable always rule', a.name],
  AT_EnableReplicaRule: (a) => ['enable replica rule', a.name],
  AT_DisableRule: (a) => ['disable rule', a.name],
  AT_AddInherit: (a) => ['inherit', relation(a.def.RangeVar)],
  AT_DropInherit: (a) => ['no inherit', relation(a.def.RangeVar)],
  AT_AddOf: (a) => ['of', typeName(a.def.TypeName)],
  AT_DropOf: () => ['not of', ''],
  AT_ReplicaIdentity: () => ['set', 'replica_identity'],
  AT_EnableRowSecurity: () => ['set', 'row_security=true'],
  AT_DisableRowSecurity: () => ['set', 'row_security=false'],
  AT_ForceRowSecurity: () => ['set', 'force_row_security=true'],
  AT_NoForceRowSecurity: () => ['set', 'force_row_security=false'],
  AT_GenericOptions: () => ['options', ''],
  AT_AttachPartition: (a) => ['attach partition', relation(a.def.PartitionCmd.name)],
  AT_DetachPartition: (a) => ['detach partition', relation(a.def.PartitionCmd.name)],
  AT_DetachPartitionFinalize: (a) => ['detach partition finalize', relation(a.def.PartitionCmd.name)],
  AT_AddIdentity: (a) => ['set identity', a.name],
  AT_SetIdentity: (a) => ['set identity', a.name],
  AT_DropIdentity: (a) => ['drop identity', a.name],
};

const storage = (a) =>
  a.def.List.items
    .map(({ DefElem: d }) => (d.defnamespace ? `${d.defnamespace}.${d.defname}` : d.defname))
    .join(', ');

/** An `ALTER` of what has columns. Of tables and views every action counts, of others only that there are some. */
function altered(type, rel, actions) {
  const name = kind(type);
  const subject = [`alter ${name}`, type === 'OBJECT_TYPE' ? relation(rel) : inherited(rel)];
  return type === 'OBJECT_TABLE' ? [subject, ...actions.map(([what, to]) => [`alter table: ${what}`, to])] : [subject];
}

function rename(s) {
  const type = s.renameType;
  const rel = s.relation;
  const of = s.relationType ?? 'OBJECT_TABLE';
  switch (type) {
    case 'OBJECT_COLUMN': return altered(of, rel, [['rename column', `${s.subname} to ${s.newname}`]]);
    case 'OBJECT_TABCONSTRAINT': return altered('OBJECT_TABLE', rel, [['rename constraint', `${s.subname} to ${s.newname}`]]);
    case 'OBJECT_TABLE': return altered(type, rel, [['rename', s.newname]]);
    case 'OBJECT_ATTRIBUTE': return [['alter type', relation(rel)]];
    case 'OBJECT_DOMCONSTRAINT': return [['alter domain', dotted(s.object.List.items)]];
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
    case 'OBJECT_TRIGGER': return [[`alter ${kind(type)}`, `${s.subname} on ${relation(rel)}`]];
    case 'OBJECT_ROLE':
    case 'OBJECT_DATABASE':
    case 'OBJECT_SCHEMA':
    case 'OBJECT_TABLESPACE': return [[`alter ${kind(type)}`, s.subname]];
    default: return [[`alter ${kind(type)}`, rel ? inherited(rel) : target(type, s.object)]];
  }
}

const LOCKS = ['', 'access share', 'row share', 'row exclusive', 'share update exclusive', 'share', 'share row exclusive', 'exclusive', 'access exclusive'];

const TRANSACTIONS = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollback to',
  TRANS_STMT_PREPARE: 'prepare transaction',
  TRANS_STMT_COMMIT_PREPARED: 'commit prepared',
  TRANS_STMT_ROLLBACK_PREPARED: 'rollback prepared',
};

function set(s) {
  if (s.kind === 'VAR_SET_MULTI') return [['set transaction', '']];
  return [['set', s.kind === 'VAR_RESET_ALL' ? 'all' : s.name.toLowerCase()]];
}

function granted(s) {
  const verb = s.is_grant ? 'grant' : 'revoke';
  const on = kind(s.objtype);
  if (s.targtype === 'ACL_TARGET_ALL_IN_SCHEMA') return s.objects.map((o) => [`${verb} on all ${on}s in schema`, string(o)]);
  return s.objects.map((o) => {
    const [tag, value] = only(o);
    // A large object is known by its number.
    if (tag === 'Integer' || tag === 'Float') return [`${verb} on ${on}`, String(value.ival ?? value.fval)];
    return [`${verb} on ${on}`, tag === 'String' ? value.sval : target(s.objtype, o)];
  });
}

function vacuum(s) {
  const verb = s.is_vacuumcmd ? (option(s.options, 'full') ? 'vacuum full' : 'vacuum') : 'analyze';
  const rels = (s.rels ?? []).map((r) => [verb, relation(r.VacuumRelation.relation)]);
  return rels.length ? rels : [[verb, '']];
}

function copy(s) {
  const file = s.filename || s.is_program;
  const to = s.is_program ? 'copy to program' : 'copy to';
  if (s.query) return [...facts(s.query), ...(file ? [[to, '']] : [])];
  if (s.is_from) return [['copy', relation(s.relation) + columns(s.attlist)]];
  return [file ? [to, ''] : ['query', '']];
}

function schema(s) {
  const name = s.schemaname ?? role(s.authrole);
  const elements = (s.schemaElts ?? []).flatMap(facts).map(([what, to]) => {
    if (to.includes('.')) return [what, to];
    const [head, on] = to.split(' on ');
    return on === undefined ? [what, `${name}.${to}`] : [what, `${head} on ${name}.${on}`];
  });
  return [['create schema', name], ...elements];
}

const nothing = () => [['query', '']];
const named = (what, of) => (s) => [[what, of(s)]];

/** Every statement of the tree: what it does. */
const STATEMENTS = {
  // Rows.
  SelectStmt: select,
  InsertStmt: (s) => [
    ...written(s),
    ...(s.selectStmt?.SelectStmt ? written(s.selectStmt.SelectStmt) : []),
    [`insert${s.onConflictClause?.action === 'ONCONFLICT_UPDATE' ? ' or update' : ''}`, relation(s.relation) + columns(s.cols)],
  ],
  // What stands in FROM or USING decides whether rows change, not which: without WHERE it is every row.
  UpdateStmt: (s) => [
    ...written(s),
    [`update${s.whereClause ? '' : ' every row'}`, inherited(s.relation) + columns(s.targetList)],
  ],
  DeleteStmt: (s) => [
    ...written(s),
    [`delete${s.whereClause ? '' : ' every row'}`, inherited(s.relation)],
  ],
  MergeStmt: (s) => [
    ...written(s),
    [`merge${s.mergeWhenClauses.some((w) => w.MergeWhenClause.commandType === 'CMD_DELETE') ? ' delete' : ''}`, relation(s.relation)],
  ],
  CopyStmt: copy,
  TruncateStmt: (s) =>
    s.relations.map((r) => [`truncate${s.restart_seqs ? ' restart' : ''}${cascade(s)}`, inherited(r.RangeVar)]),

  // Tables and what has rows.
  CreateStmt: (s) => [[
    `create ${persistence(s.relation)}table`,
    relation(s.relation) + (s.ofTypename ? '' : `(${(s.tableElts ?? []).flatMap((e) => e.ColumnDef?.colname ?? []).join(', ')})`),
  ]],
  CreateForeignTableStmt: named('create foreign table', (s) => relation((s.base ?? s).relation)),
  CreateTableAsStmt: (s) => {
    const query = s.query.SelectStmt;
    const rel = s.into.rel;
    const view = s.objtype === 'OBJECT_MATVIEW';
    return [
      ...(query ? written(query) : []),
      [view ? 'create materialized view' : `create ${persistence(rel)}table as`, relation(rel)],
    ];
  },
  ViewStmt: (s) => [[`create ${replace(s)}view`, relation(s.view)]],
  RefreshMatViewStmt: (s) => [[`refresh${s.concurrent ? ' concurrently' : ''}`, relation(s.relation)]],
  IndexStmt: (s) => [[
    `create ${s.unique ? 'unique ' : ''}index${s.concurrent ? ' concurrently' : ''}`,
    `${s.idxname ?? ''} on ${inherited(s.relation)}`,
  ]],
  CreateSeqStmt: (s) => [[`create ${persistence(s.sequence).replace('unlogged ', '')}sequence`, relation(s.sequence)]],
  AlterSeqStmt: named('alter sequence', (s) => relation(s.sequence)),
  AlterTableStmt: (s) =>
    altered(s.objtype, s.relation, s.cmds.map(({ AlterTableCmd: a }) => ACTIONS[a.subtype](a))),
  AlterTableMoveAllStmt: named('alter all in tablespace', (s) => s.orig_tablespacename),
  CreateTrigStmt: (s) => [[`create ${replace(s)}trigger`, `${s.trigname} on ${relation(s.relation)}`]],
  RuleStmt: (s) => [[`create ${replace(s)}rule`, `${s.rulename} on ${relation(s.relation)}`]],
  CreatePolicyStmt: named('create policy', (s) => `${s.policy_name} on ${relation(s.table)}`),
  AlterPolicyStmt: named('alter policy', (s) => `${s.policy_name} on ${relation(s.table)}`),
  CreateStatsStmt: named('create statistics', (s) => dotted(s.defnames ?? [])),
  AlterStatsStmt: named('alter statistics', (s) => dotted(s.defnames)),

  // Types and routines.
  CompositeTypeStmt: named('create type', (s) => relation(s.typevar)),
  CreateEnumStmt: named('create type', (s) => dotted(s.typeName)),
  CreateRangeStmt: named('create type', (s) => dotted(s.typeName)),
  AlterEnumStmt: named('alter type', (s) => dotted(s.typeName)),
  AlterTypeStmt: named('alter type', (s) => dotted(s.typeName)),
  CreateDomainStmt: named('create domain', (s) => dotted(s.domainname)),
  AlterDomainStmt: named('alter domain', (s) => dotted(s.typeName)),
  CreateFunctionStmt: (s) => [[`create ${replace(s)}${s.is_procedure ? 'procedure' : 'function'}`, dotted(s.funcname)]],
  AlterFunctionStmt: (s) => [[`alter ${kind(s.objtype)}`, dotted(s.func.objname)]],
  DefineStmt: (s) => [[`create ${replace(s)}${kind(s.kind)}`, dotted(s.defnames)]],
  DoStmt: named('do', () => ''),
  CallStmt: nothing,

  // Any kind.
  DropStmt: (s) =>
    s.objects.map((o) => [`drop ${kind(s.removeType)}${s.concurrent ? ' concurrently' : ''}${cascade(s)}`, target(s.removeType, o)]),
  RenameStmt: rename,
  AlterObjectSchemaStmt: (s) =>
    s.objectType === 'OBJECT_TABLE'
      ? altered(s.objectType, s.relation, [['set schema', s.newschema]])
      : [[`alter ${kind(s.objectType)}`, s.relation ? inherited(s.relation) : target(s.objectType, s.object)]],
  AlterOwnerStmt: (s) => [[`alter ${kind(s.objectType)}`, s.relation ? relation(s.relation) : target(s.objectType, s.object)]],
  AlterObjectDependsStmt: (s) => {
    const of = s.relation && s.object ? `${string(s.object.List?.items.at(-1) ?? s.object)} on ${relation(s.relation)}` : null;
    return [[`alter ${kind(s.objectType)}`, of ?? (s.relation ? relation(s.relation) : target(s.objectType, s.object))]];
  },
  CommentStmt: (s) => [[`comment on ${kind(s.objtype)}`, target(s.objtype, s.object)]],
  SecLabelStmt: (s) => [[`security label on ${kind(s.objtype)}`, target(s.objtype, s.object)]],
  GrantStmt: granted,
  GrantRoleStmt: (s) => [[s.is_grant ? 'grant role' : 'revoke role', s.granted_roles.map((r) => r.AccessPriv.priv_name).join(', ')]],
  AlterDefaultPrivilegesStmt: named('alter default privileges', () => ''),

  // Kinds of their own.
  CreateSchemaStmt: schema,
  CreatedbStmt: named('create database', (s) => s.dbname),
  AlterDatabaseStmt: named('alter database', (s) => s.dbname),
  AlterDatabaseSetStmt: named('alter database', (s) => s.dbname),
  AlterDatabaseRefreshCollStmt: named('alter database', (s) => s.dbname),
  DropdbStmt: named('drop database', (s) => s.dbname),
  CreateExtensionStmt: named('create extension', (s) => s.extname),
  AlterExtensionStmt: named('alter extension', (s) => s.extname),
  AlterExtensionContentsStmt: named('alter extension', (s) => s.extname),
  CreateRoleStmt: named('create role', (s) => s.role),
  AlterRoleStmt: named('alter role', (s) => role(s.role)),
  AlterRoleSetStmt: named('alter role', (s) => (s.role ? role(s.role) : '')),
  DropRoleStmt: (s) => s.roles.map((r) => ['drop role', role(r.RoleSpec)]),
  DropOwnedStmt: (s) => [[`drop owned${cascade(s)}`, roles(s.roles)]],
  ReassignOwnedStmt: named('reassign owned', (s) => roles(s.roles)),
  CreateTableSpaceStmt: named('create tablespace', (s) => s.tablespacename),
  AlterTableSpaceOptionsStmt: named('alter tablespace', (s) => s.tablespacename),
  DropTableSpaceStmt: named('drop tablespace', (s) => s.tablespacename),
  CreateCastStmt: named('create cast', () => ''),
  CreateTransformStmt: (s) => [[`create ${replace(s)}transform`, '']],
  CreateConversionStmt: named('create conversion', (s) => dotted(s.conversion_name)),
  CreateOpClassStmt: named('create operator class', (s) => dotted(s.opclassname)),
  CreateOpFamilyStmt: named('create operator family', (s) => dotted(s.opfamilyname)),
  AlterOpFamilyStmt: named('alter operator family', (s) => dotted(s.opfamilyname)),
  AlterOperatorStmt: named('alter operator', (s) => dotted(s.opername.objname)),
  AlterCollationStmt: named('alter collation', (s) => dotted(s.collname)),
  AlterTSConfigurationStmt: named('alter text search configuration', (s) => dotted(s.cfgname)),
  AlterTSDictionaryStmt: named('alter text search dictionary', (s) => dotted(s.dictname)),
  CreatePLangStmt: (s) => [[`create ${replace(s)}language`, s.plname]],
  CreateAmStmt: named('create access method', (s) => s.amname),
  CreateEventTrigStmt: named('create event trigger', (s) => s.trigname),
  AlterEventTrigStmt: named('alter event trigger', (s) => s.trigname),
  CreateFdwStmt: named('create foreign data wrapper', (s) => s.fdwname),
  AlterFdwStmt: named('alter foreign data wrapper', (s) => s.fdwname),
  CreateForeignServerStmt: named('create server', (s) => s.servername),
  AlterForeignServerStmt: named('alter server', (s) => s.servername),
  CreateUserMappingStmt: named('create user mapping', (s) => s.servername),
  AlterUserMappingStmt: named('alter user mapping', (s) => s.servername),
  DropUserMappingStmt: named('drop user mapping', (s) => s.servername),
  ImportForeignSchemaStmt: named('import foreign schema', (s) => `${s.remote_schema} into ${s.local_schema}`),
  CreatePublicationStmt: named('create publication', (s) => s.pubname),
  AlterPublicationStmt: named('alter publication', (s) => s.pubname),
  CreateSubscriptionStmt: named('create subscription', (s) => s.subname),
  AlterSubscriptionStmt: named('alter subscription', (s) => s.subname),
  DropSubscriptionStmt: (s) => [[`drop subscription${cascade(s)}`, s.subname]],
  AlterSystemStmt: named('alter system', () => ''),

  // What defines nothing.
  TransactionStmt: (s) => [[TRANSACTIONS[s.kind] + (s.chain ? ' and chain' : ''), '']],
  VariableSetStmt: set,
  ConstraintsSetStmt: named('set', () => 'constraints'),
  LockStmt: (s) => s.relations.map((r) => [`lock ${LOCKS[s.mode]}`, relation(r.RangeVar)]),
  VacuumStmt: vacuum,
  ReindexStmt: (s) => [[
    `reindex ${s.kind.replace('REINDEX_OBJECT_', '').toLowerCase()}${option(s.params, 'concurrently') ? ' concurrently' : ''}`,
    s.relation ? relation(s.relation) : (s.name ?? ''),
  ]],
  ClusterStmt: named('cluster', (s) => (s.relation ? relation(s.relation) : '')),
  CheckPointStmt: named('checkpoint', () => ''),
  PrepareStmt: (s) => facts(s.query),
  ExplainStmt: (s) => (option(s.options, 'analyze') ? facts(s.query) : nothing()),
  ExecuteStmt: named('execute', (s) => s.name),
  DiscardStmt: named('discard', () => ''),
  LoadStmt: named('load', () => ''),
  NotifyStmt: named('notify', () => ''),
  ListenStmt: nothing,
  UnlistenStmt: nothing,
  DeclareCursorStmt: nothing,
  FetchStmt: nothing,
  ClosePortalStmt: nothing,
  DeallocateStmt: nothing,
  VariableShowStmt: nothing,
};

function facts(node) {
  const [tag, s] = only(node);
  const read = STATEMENTS[tag];
  if (!read) throw new Error(`the tree has an unknown statement ${tag}`);
  return read(s);
}

function answer(sql) {
  let tree;
  try {
    tree = parseSync(sql);
  } catch {
    return null;
  }
  return tree.stmts?.length === 1 ? facts(tree.stmts[0].stmt) : null;
}

await loadModule();
const lines = readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');
process.stdout.write(lines.map((line) => `${JSON.stringify(answer(JSON.parse(line)))}\n`).join(''));

//! The queries that read PostgreSQL's catalogs, versions 12 to 18.
//!
//! Rows of one object refer to their table or view by its OID, which means nothing outside of the one transaction.
//! Lists are JSON arrays of texts. Left out everywhere: the server's own schemas, temporary schemas, and what belongs
//! to an extension.
use crate::{
    dialect::{introspect::Query, postgres::versions::partitions_share_identity},
    target::ServerVersion,
};

/// The setting that makes the server print names with their schema and constants in one form, for this transaction.
const SETTINGS: &str = "select set_config('search_path', '', true), set_config('datestyle', 'ISO, MDY', true), \
     set_config('intervalstyle', 'postgres', true), set_config('timezone', 'UTC', true), \
     set_config('extra_float_digits', '1', true), set_config('quote_all_identifiers', 'off', true)";

const SCHEMAS: &str = "select n.nspname::text, d.description \
     from pg_namespace n \
     left join pg_description d on d.classoid = 'pg_namespace'::regclass and d.objoid = n.oid and d.objsubid = 0 \
     where {user_schema} and not {owned:pg_namespace:n.oid} order by 1";

const EXTENSIONS: &str = "select e.extname::text, n.nspname::text \
     from pg_extension e join pg_namespace n on n.oid = e.extnamespace \
     where e.extname <> 'plpgsql' order by 1";

/// Enums, domains, composites, ranges, base and shell types; neither arrays, multiranges nor tables' row types.
const TYPES: &str = "select t.oid::text, n.nspname::text, t.typname::text, \
     case when t.typtype in ('e', 'd', 'c') then t.typtype else 'o' end::text, d.description, \
     {type:t.typbasetype:t.typtypmod}, t.typnotnull::text, coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault), t.typrelid::text \
     from pg_type t join pg_namespace n on n.oid = t.typnamespace \
     left join pg_class c on c.oid = t.typrelid \
     left join pg_type b on b.oid = t.typbasetype \
     left join pg_type element on element.typarray = b.oid \
     left join pg_namespace bn on bn.oid = coalesce(element.typnamespace, b.typnamespace) \
     left join pg_description d on d.classoid = 'pg_type'::regclass and d.objoid = t.oid and d.objsubid = 0 \
     where {user_schema} and t.typtype <> 'm' and (t.typrelid = 0 or c.relkind = 'c') \
     and not exists (select from pg_type a where a.typarray = t.oid) \
     and not {owned:pg_type:t.oid} order by n.nspname, t.typname";

const ENUM_LABELS: &str =
    "select e.enumtypid::text, e.enumlabel::text from pg_enum e order by e.enumtypid, e.enumsortorder";

const DOMAIN_CHECKS: &str = "select c.contypid::text, c.conname::text, pg_get_expr(c.conbin, 0, false) \
     from pg_constraint c where c.contypid <> 0 and c.contype = 'c' order by c.contypid, c.conname";

const ATTRIBUTES: &str = "select a.attrelid::text, a.attname::text, {type:a.atttypid:a.atttypmod} \
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type b on b.oid = a.atttypid \
     left join pg_type element on element.typarray = b.oid \
     left join pg_namespace bn on bn.oid = coalesce(element.typnamespace, b.typnamespace) \
     where c.relkind = 'c' and a.attnum > 0 and not a.attisdropped order by a.attrelid, a.attnum";

const SEQUENCES: &str = "select n.nspname::text, c.relname::text, {sequence}, \
     tn.nspname::text, t.relname::text, a.attname::text, d.description \
     from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace \
     left join pg_depend o on o.classid = 'pg_class'::regclass and o.objid = c.oid and o.objsubid = 0 \
     and o.refclassid = 'pg_class'::regclass and o.refobjsubid > 0 and o.deptype in ('a', 'i') \
     left join pg_class t on t.oid = o.refobjid left join pg_namespace tn on tn.oid = t.relnamespace \
     left join pg_attribute a on a.attrelid = o.refobjid and a.attnum = o.refobjsubid \
     left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0 \
     where {user_schema} and c.relpersistence <> 't' and o.deptype is distinct from 'i' \
     and not {owned:pg_class:c.oid} order by 1, 2";

/// Tables, partitioned tables, views, materialized views and foreign tables. One row per parent.
const RELATIONS: &str = "select c.oid::text, n.nspname::text, c.relname::text, c.relkind::text, \
     c.relpersistence::text, pg_get_partkeydef(c.oid), \
     case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end, \
     pn.nspname::text, p.relname::text, c.relrowsecurity::text, c.relforcerowsecurity::text, \
     c.relreplident::text, ri.relname::text, array_to_json(c.reloptions)::text, \
     array_to_json(toast.reloptions)::text, d.description, \
     case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end \
     from pg_class c join pg_namespace n on n.oid = c.relnamespace \
     left join pg_class toast on toast.oid = c.reltoastrelid \
     left join pg_inherits i on i.inhrelid = c.oid \
     left join pg_class p on p.oid = i.inhparent left join pg_namespace pn on pn.oid = p.relnamespace \
     left join pg_index x on x.indrelid = c.oid and x.indisreplident and c.relreplident = 'i' \
     left join pg_class ri on ri.oid = x.indexrelid \
     left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0 \
     where {user_schema} and c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't' \
     and not {owned:pg_class:c.oid} order by n.nspname, c.relname, i.inhseqno";

const COLUMNS: &str = "select a.attrelid::text, a.attname::text, {type:a.atttypid:a.atttypmod}, a.attnotnull::text, \
     case when a.attgenerated = '' then pg_get_expr(e.adbin, e.adrelid) end, \
     case when a.attgenerated <> '' then pg_get_expr(e.adbin, e.adrelid) end, a.attgenerated::text, \
     a.attidentity::text, ic.relname::text, {sequence}, \
     case when a.attcollation <> b.typcollation \
     then case when ln.nspname in ('pg_catalog', 'public') then '' else ln.nspname || '.' end || l.collname end, \
     case when a.attstorage <> b.typstorage then a.attstorage end::text, \
     {compression}, nullif(a.attstattarget, -1)::text, array_to_json(a.attoptions)::text, d.description \
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace \
     join pg_type b on b.oid = a.atttypid \
     left join pg_type element on element.typarray = b.oid \
     left join pg_namespace bn on bn.oid = coalesce(element.typnamespace, b.typnamespace) \
     left join pg_attrdef e on e.adrelid = a.attrelid and e.adnum = a.attnum \
     left join pg_collation l on l.oid = a.attcollation left join pg_namespace ln on ln.oid = l.collnamespace \
     left join pg_attribute r on a.attidentity <> '' and {shares_identity} \
     and r.attrelid = pg_partition_root(c.oid) and r.attname = a.attname \
     left join pg_depend o on a.attidentity <> '' and o.refclassid = 'pg_class'::regclass \
     and o.refobjid = coalesce(r.attrelid, a.attrelid) and o.refobjsubid = coalesce(r.attnum, a.attnum) \
     and o.classid = 'pg_class'::regclass \
     and o.deptype = 'i' \
     left join pg_class ic on ic.oid = o.objid left join pg_sequence s on s.seqrelid = ic.oid \
     left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = a.attrelid \
     and d.objsubid = a.attnum \
     where {user_schema} and c.relkind in ('r', 'p', 'v', 'm') and c.relpersistence <> 't' and a.attnum > 0 \
     and not a.attisdropped order by a.attrelid, a.attnum";

/// Constraints of tables. Of a foreign key to a partitioned table the server keeps one row per partition of the
/// referenced table; those say nothing new.
const CONSTRAINTS: &str = "select k.conrelid::text, k.conname::text, k.contype::text, k.condeferrable::text, \
     k.condeferred::text, k.convalidated::text, {enforced}, k.connoinherit::text, d.description, \
     case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid) \
     when k.contype = 'x' then pg_get_constraintdef(k.oid) end, \
     (select json_agg(a.attname order by u.n) from unnest(case when k.contype in ('p', 'u') \
     then x.indkey::int2[] else k.conkey end) with ordinality u(attnum, n) \
     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum)::text, \
     x.indnkeyatts::text, {nulls_not_distinct}, fn.nspname::text, f.relname::text, \
     (select json_agg(a.attname order by u.n) from unnest(k.confkey) with ordinality u(attnum, n) \
     join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum)::text, \
     k.confupdtype::text, k.confdeltype::text, k.confmatchtype::text, {beyond}, {set_columns} \
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace \
     left join pg_index x on x.indexrelid = k.conindid and k.contype in ('p', 'u') \
     left join pg_class f on f.oid = k.confrelid left join pg_namespace fn on fn.oid = f.relnamespace \
     left join pg_constraint up on up.oid = k.conparentid \
     left join pg_description d on d.classoid = 'pg_constraint'::regclass and d.objoid = k.oid and d.objsubid = 0 \
     where {user_schema} and k.contype in ('p', 'u', 'f', 'c', 'x') \
     and (up.conrelid is null or up.conrelid <> k.conrelid) \
     order by k.conrelid, k.oid";

/// Indexes that no constraint owns.
const INDEXES: &str = "select x.indexrelid::text, x.indrelid::text, ic.relname::text, x.indisunique::text, \
     am.amname::text, x.indnkeyatts::text, pg_get_expr(x.indpred, x.indrelid), {nulls_not_distinct}, \
     x.indisvalid::text, array_to_json(ic.reloptions)::text, d.description \
     from pg_index x join pg_class ic on ic.oid = x.indexrelid join pg_am am on am.oid = ic.relam \
     join pg_class c on c.oid = x.indrelid join pg_namespace n on n.oid = c.relnamespace \
     left join pg_description d on d.classoid = 'pg_class'::regclass and d.objoid = ic.oid and d.objsubid = 0 \
     where {user_schema} and c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't' \
     and not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x')) \
     order by x.indrelid, ic.relname";

/// The keys of those indexes and then their INCLUDE columns, in order. The collation of an expression is that of its
/// parts; only the printed index shows whether it has another.
const INDEX_KEYS: &str = "select x.indexrelid::text, a.attname::text, \
     case when a.attname is null then pg_get_indexdef(x.indexrelid, k.n::int, false) end, \
     (x.indoption[k.n - 1] & 1)::text, (x.indoption[k.n - 1] & 2)::text, \
     case when not op.opcdefault or ia.attoptions is not null \
     then case when opn.nspname in ('pg_catalog', 'public') then '' else quote_ident(opn.nspname) || '.' end \
     || quote_ident(op.opcname) end, array_to_json(ia.attoptions)::text, \
     case when x.indcollation[k.n - 1] <> coalesce(a.attcollation, kt.typcollation) \
     and (a.attname is not null or pg_get_indexdef(x.indexrelid) like '% COLLATE %') \
     then case when ln.nspname in ('pg_catalog', 'public') then '' else ln.nspname || '.' end || l.collname end \
     from pg_index x join pg_class c on c.oid = x.indrelid join pg_namespace n on n.oid = c.relnamespace \
     cross join lateral generate_series(1, x.indnatts) k(n) \
     left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[k.n - 1] and a.attnum <> 0 \
     left join pg_attribute ia on ia.attrelid = x.indexrelid and ia.attnum = k.n \
     left join pg_type kt on kt.oid = ia.atttypid \
     left join pg_opclass op on op.oid = x.indclass[k.n - 1] left join pg_namespace opn on opn.oid = op.opcnamespace \
     left join pg_collation l on l.oid = x.indcollation[k.n - 1] \
     left join pg_namespace ln on ln.oid = l.collnamespace \
     where {user_schema} and c.relpersistence <> 't' order by x.indexrelid, k.n";

/// The relations that each view reads.
const VIEW_READS: &str = "select distinct r.ev_class::text, sn.nspname::text, s.relname::text \
     from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace \
     join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid \
     and d.refclassid = 'pg_class'::regclass and d.deptype = 'n' and d.refobjid <> r.ev_class \
     join pg_class s on s.oid = d.refobjid join pg_namespace sn on sn.oid = s.relnamespace \
     where {user_schema} and c.relkind in ('v', 'm') and s.relkind in ('r', 'p', 'v', 'm', 'f') \
     and sn.nspname !~ '^pg_' and sn.nspname <> 'information_schema' order by 1, 2, 3";

const ROUTINES: &str = "select n.nspname::text, p.proname::text, p.prokind::text, \
     (select json_agg(json_build_array(case when bn.nspname <> 'pg_catalog' then bn.nspname end, \
     coalesce(element.typname, b.typname), {type_text:b.oid:null}) order by u.n) \
     from unnest(p.proargtypes) with ordinality u(type, n) join pg_type b on b.oid = u.type \
     left join pg_type element on element.typarray = b.oid \
     left join pg_namespace bn on bn.oid = coalesce(element.typnamespace, b.typnamespace))::text, \
     pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), l.lanname::text, \
     {routine_body}, {routine_atomic}, p.provolatile::text, p.proisstrict::text, p.prosecdef::text, \
     p.proparallel::text, p.proleakproof::text, p.procost::text, p.prorows::text, p.proretset::text, \
     array_to_json(p.proconfig)::text, p.probin::text, d.description \
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang \
     left join pg_description d on d.classoid = 'pg_proc'::regclass and d.objoid = p.oid and d.objsubid = 0 \
     where {user_schema} and not {owned:pg_proc:p.oid} \
     and not exists (select from pg_depend o where o.classid = 'pg_proc'::regclass and o.objid = p.oid \
     and o.deptype = 'i') \
     order by 1, 2, 4";

const TRIGGERS: &str = "select t.tgrelid::text, t.tgname::text, pg_get_triggerdef(t.oid), t.tgenabled::text, \
     fn.nspname::text, f.proname::text, d.description, (t.tgconstraint <> 0)::text \
     from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace \
     join pg_proc f on f.oid = t.tgfoid join pg_namespace fn on fn.oid = f.pronamespace \
     left join pg_description d on d.classoid = 'pg_trigger'::regclass and d.objoid = t.oid and d.objsubid = 0 \
     where {user_schema} and not t.tgisinternal {no_clones} order by t.tgrelid, t.tgname";

/// The queries for a server of `version`, in the order in which they have to run.
pub fn queries(version: ServerVersion) -> Vec<Query> {
    [
        ("settings", SETTINGS),
        ("schemas", SCHEMAS),
        ("extensions", EXTENSIONS),
        ("types", TYPES),
        ("enum labels", ENUM_LABELS),
        ("domain checks", DOMAIN_CHECKS),
        ("attributes", ATTRIBUTES),
        ("sequences", SEQUENCES),
        ("relations", RELATIONS),
        ("columns", COLUMNS),
        ("constraints", CONSTRAINTS),
        ("indexes", INDEXES),
        ("index keys", INDEX_KEYS),
        ("view reads", VIEW_READS),
        ("routines", ROUTINES),
        ("triggers", TRIGGERS),
    ]
    .into_iter()
    .map(|(name, text)| Query { name, sql: fill(text, version) })
    .collect()
}

/// Writes out the parts in braces: conditions and columns that several queries share or that a version lacks.
fn fill(text: &str, version: ServerVersion) -> String {
    let mut filled = String::with_capacity(text.len() + 512);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((part, tail)) = after.split_once('}') else { break };
        filled.push_str(before);
        filled.push_str(&piece(part, version));
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

fn piece(part: &str, version: ServerVersion) -> String {
    let since = |major: u16, new: &str, old: &str| {
        if version.at_least(major, 0, 0) { new.to_owned() } else { old.to_owned() }
    };
    let mut words = part.split(':');
    let (head, first, second) =
        (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
    match head {
        "user_schema" => "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'".into(),
        "owned" => format!(
            "exists (select from pg_depend x where x.classid = '{first}'::regclass and x.objid = {second} \
             and x.deptype = 'e')"
        ),
        // The type's schema when it is not a built-in one, its name, and what stands behind the name.
        "type" => format!(
            "case when bn.nspname <> 'pg_catalog' then bn.nspname end::text, \
             coalesce(element.typname, b.typname)::text, {}",
            type_text(first, second)
        ),
        "type_text" => type_text(first, second),
        "sequence" => "s.seqtypid::regtype::text, s.seqstart::text, s.seqincrement::text, s.seqmin::text, \
                       s.seqmax::text, s.seqcache::text, s.seqcycle::text"
            .into(),
        "compression" => since(14, "nullif(a.attcompression, '')::text", "null"),
        // The sequence of a partition's identity column belongs to the column of the topmost table.
        "shares_identity" if partitions_share_identity(version) => "c.relispartition".into(),
        "shares_identity" => "false".into(),
        "enforced" => since(18, "k.conenforced::text", "'true'"),
        "nulls_not_distinct" => since(15, "x.indnullsnotdistinct::text", "'false'"),
        "no_clones" => since(13, "and t.tgparentid = 0", ""),
        "routine_body" => since(14, "coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)", "p.prosrc"),
        "routine_atomic" => since(14, "(p.prosqlbody is not null)::text", "'false'"),
        // What the model of constraints has no place for.
        "beyond" => match version.major {
            18.. => "case when k.conperiod then 'without overlaps' end".into(),
            _ => "null".into(),
        },
        "set_columns" => since(
            15,
            "(select json_agg(a.attname order by u.n) from unnest(k.confdelsetcols) with ordinality u(attnum, n) \
             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum)::text",
            "null",
        ),
        _ => String::new(),
    }
}

/// A type's text: the whole for a built-in type, what follows the name for another.
fn type_text(oid: &str, modifier: &str) -> String {
    format!(
        "substr(format_type({oid}, {modifier}), case when bn.nspname <> 'pg_catalog' then \
         length(quote_ident(bn.nspname) || '.' || quote_ident(coalesce(element.typname, b.typname))) else 0 end + 1)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_query_keeps_a_brace() {
        for major in 12..=18 {
            for query in queries(ServerVersion::new(major, 0, 0)) {
                assert!(!query.sql.contains(['{', '}']), "{}: {}", query.name, query.sql);
            }
        }
    }
}

/* Remigrate: is this SQL migration valid, is it dangerous, how do I get back, and where is this database?
 *
 * This file is made from ffi/src/lib.rs; do not edit it.
 *
 * Every function of the library has the same form:
 *
 *   rmg_status rmg_NAME(rmg_str arguments, rmg_text **result, rmg_text **error);
 *
 * `arguments` is a JSON object in UTF-8 whose keys each function lists; the empty text stands for `{}`. Its bytes are
 * only read during the call. On success the status is RMG_STATUS_OK, `*result` is the answer, JSON in UTF-8, and
 * `*error` is NULL. Otherwise the status says what kind of error it is, `*error` is a sentence that says what to do,
 * and `*result` is NULL. What stood in `*result` and `*error` before is not looked at. Both belong to the caller: free
 * them with rmg_text_free. Either may be NULL when it is of no interest.
 *
 * The shapes of arguments and answers are the same in every language; tests/contract/schema.json of the project is
 * their JSON Schema. `files` is a script, an object from paths to scripts, or an array of {"path", "sql"}; without
 * "sql" the file or directory is read from disk. `schema`, `against`, `from` and `to` (of rmg_diff) are a catalog, a
 * database URL, or files.
 *
 * All functions may be called from several threads at once and keep no state. No function aborts or prints; of a bug
 * (RMG_STATUS_INTERNAL) a line goes to standard error. */


#ifndef REMIGRATE_H
#define REMIGRATE_H

#include <stddef.h>
#include <stdint.h>

/*
 A text made by the library. Read it with `rmg_text_get`, free it with `rmg_text_free`.
 */
typedef struct rmg_text rmg_text;

/*
 A piece of text in UTF-8, `len` bytes from `ptr` on. It is borrowed: whoever made the bytes frees them.
 As an argument it needs no NUL byte at its end; those that the library returns are followed by one.
 */
typedef struct rmg_str {
  /*
   The first byte. May be NULL when `len` is 0.
   */
  const char *ptr;
  /*
   The number of bytes, without the NUL byte.
   */
  size_t len;
} rmg_str;

/*
 How a call went: `RMG_STATUS_OK` or the kind of its error.
 */
typedef int32_t rmg_status;

/*
 The call succeeded.
 */
#define RMG_STATUS_OK 0

/*
 An argument has an unknown name or an impossible value.
 */
#define RMG_STATUS_INVALID_OPTIONS 1

/*
 Files, a dump or a catalog cannot be understood.
 */
#define RMG_STATUS_INVALID_INPUT 2

/*
 A migration version, rule or tool of that name does not exist.
 */
#define RMG_STATUS_NOT_FOUND 3

/*
 A file could not be read.
 */
#define RMG_STATUS_IO 4

/*
 A database could not be reached or refused a query.
 */
#define RMG_STATUS_CONNECTION 5

/*
 A bug in Remigrate: please report it.
 */
#define RMG_STATUS_INTERNAL 6

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 The text from `text` up to its NUL byte; the empty text for NULL. Nothing is copied.
 The bytes must outlive the result.
 */
struct rmg_str rmg_str_of(const char *text);

/*
 The content of a text, valid until the text is freed and followed by a NUL byte; the empty text for NULL.
 */
struct rmg_str rmg_text_get(const struct rmg_text *text);

/*
 Frees a text. NULL is allowed; a text may be freed only once.
 */
void rmg_text_free(struct rmg_text *text);

/*
 The version of the library, as `1.2.3`. Static: do not free it.
 */
const char *rmg_version(void);

/*
 Checks migrations: would they run, in this order, and what would they do to a database in use? Bad SQL is a
 finding, not an error.

 Arguments: `files`, `schema`, `disable`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: CheckReport.
 */
rmg_status rmg_check(struct rmg_str arguments,
                     struct rmg_text **result,
                     struct rmg_text **error);

/*
 Says for each statement what it locks, rewrites and scans, and how it goes with transactions.

 Arguments: `files`, `schema`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: ImpactReport.
 */
rmg_status rmg_impact(struct rmg_str arguments,
                      struct rmg_text **result,
                      struct rmg_text **error);

/*
 The schema after the migrations, as a catalog.

 Arguments: `files`, `schema`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: Catalog.
 */
rmg_status rmg_simulate(struct rmg_str arguments, struct rmg_text **result, struct rmg_text **error);

/*
 The schema of a live database, as a catalog. It is read in one read-only transaction with timeouts.

 Arguments: `url`, `timeouts`. Answer: Catalog.
 */
rmg_status rmg_snapshot(struct rmg_str arguments, struct rmg_text **result, struct rmg_text **error);

/*
 What turns one schema into another, and the script that does it.

 Arguments: `from`, `to`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: DiffReport.
 */
rmg_status rmg_diff(struct rmg_str arguments, struct rmg_text **result, struct rmg_text **error);

/*
 Writes the way back from migrations. Nothing is executed.

 Arguments: `files`, `schema`, `to`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: RollbackReport.
 */
rmg_status rmg_rollback(struct rmg_str arguments,
                        struct rmg_text **result,
                        struct rmg_text **error);

/*
 Judges from a schema alone which of the migrations a database has.

 Arguments: `files`, `against`, `schema`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: HistoryReport.
 */
rmg_status rmg_history(struct rmg_str arguments,
                       struct rmg_text **result,
                       struct rmg_text **error);

/*
 Audits the ledger that a migration tool keeps in a live database against files and schema.

 Arguments: `files`, `against`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: VerifyReport.
 */
rmg_status rmg_verify(struct rmg_str arguments,
                      struct rmg_text **result,
                      struct rmg_text **error);

/*
 What differs between the schema that the migrations make and the one that is there.

 Arguments: `files`, `against`, `schema`, `dialect`, `server_version`, `tool`, `session`, `timeouts`. Answer: DriftReport.
 */
rmg_status rmg_drift(struct rmg_str arguments,
                     struct rmg_text **result,
                     struct rmg_text **error);

/*
 A rule's page: why it matters and what to do instead, with examples.

 Arguments: `rule`. Answer: RulePage.
 */
rmg_status rmg_explain(struct rmg_str arguments, struct rmg_text **result, struct rmg_text **error);

/*
 The pages of all rules, sorted by name.

 Arguments: none. Answer: array of RulePage.
 */
rmg_status rmg_rules(struct rmg_str arguments, struct rmg_text **result, struct rmg_text **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* REMIGRATE_H */

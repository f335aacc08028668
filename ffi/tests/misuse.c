/* What a C program may get wrong, and what it may leave away. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "remigrate.h"

static void refused(rmg_str arguments, const char *reason) {
  rmg_text *result = NULL;
  rmg_text *error = NULL;
  assert(rmg_explain(arguments, &result, &error) == RMG_STATUS_INVALID_OPTIONS);
  assert(result == NULL);
  assert(strstr(rmg_text_get(error).ptr, reason) != NULL);
  rmg_text_free(error);
}

int main(void) {
  /* NULL wherever it makes sense. */
  rmg_text_free(NULL);
  assert(rmg_text_get(NULL).len == 0);
  assert(strcmp(rmg_text_get(NULL).ptr, "") == 0);
  assert(rmg_str_of(NULL).len == 0);
  assert(rmg_str_of("ab").len == 2);
  rmg_str nothing = {NULL, 0};
  assert(rmg_rules(nothing, NULL, NULL) == RMG_STATUS_OK);
  assert(rmg_explain(nothing, NULL, NULL) == RMG_STATUS_INVALID_OPTIONS);

  /* Arguments that are none. */
  rmg_str wild = {NULL, 7};
  refused(nothing, "missing field `rule`");
  refused(wild, "NULL");
  refused(rmg_str_of("\xff\xfe"), "UTF-8");
  refused(rmg_str_of("{"), "line 1 column 1");
  refused(rmg_str_of("[]"), "cannot be read");
  refused(rmg_str_of("{\"rule\": \"x\", \"more\": 1}"), "unknown field `more`");

  /* What stood there before is not looked at, and texts end with a NUL byte. */
  rmg_text *result = (rmg_text *)&nothing;
  rmg_text *error = (rmg_text *)&nothing;
  assert(rmg_explain(rmg_str_of("{\"rule\": \"no-such-rule\"}"), &result, &error) == RMG_STATUS_NOT_FOUND);
  assert(result == NULL);
  rmg_str text = rmg_text_get(error);
  assert(text.len == strlen(text.ptr));
  rmg_text_free(error);

  /* Arguments need no NUL byte. */
  const char *row = "{\"rule\": \"drop-column\"}###";
  rmg_str inside = {row, strlen(row) - 3};
  error = (rmg_text *)&nothing;
  assert(rmg_explain(inside, &result, &error) == RMG_STATUS_OK);
  assert(error == NULL);
  assert(strstr(rmg_text_get(result).ptr, "\"id\":\"drop-column\"") != NULL);
  rmg_text_free(result);

  puts(rmg_version());
  return 0;
}

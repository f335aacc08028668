/* Answers calls: vectors FUNCTION FILE [FUNCTION FILE ...], where FILE holds the arguments. For each call it prints one
 * line with the status and the number of bytes, and then the answer or the error's text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "remigrate.h"

typedef rmg_status (*function)(rmg_str, rmg_text **, rmg_text **);

static const struct {
  const char *name;
  function call;
} FUNCTIONS[] = {
    {"check", rmg_check},       {"impact", rmg_impact},     {"simulate", rmg_simulate},
    {"snapshot", rmg_snapshot}, {"diff", rmg_diff},         {"rollback", rmg_rollback},
    {"history", rmg_history},   {"drift", rmg_drift},       {"explain", rmg_explain},
    {"rules", rmg_rules},       {"verify", rmg_verify},
};

static char *content(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  char *bytes = malloc(*length + 1);
  if (bytes == NULL || fread(bytes, 1, *length, file) != *length) {
    free(bytes);
    bytes = NULL;
  }
  fclose(file);
  return bytes;
}

int main(int count, char **words) {
  for (int i = 1; i + 1 < count; i += 2) {
    function call = NULL;
    for (size_t f = 0; f < sizeof FUNCTIONS / sizeof *FUNCTIONS; f++) {
      if (strcmp(FUNCTIONS[f].name, words[i]) == 0) call = FUNCTIONS[f].call;
    }
    size_t length = 0;
    char *bytes = content(words[i + 1], &length);
    if (call == NULL || bytes == NULL) {
      fprintf(stderr, "cannot call %s with %s\n", words[i], words[i + 1]);
      free(bytes);
      return 1;
    }
    rmg_str arguments = {bytes, length};
    rmg_text *result = NULL;
    rmg_text *error = NULL;
    rmg_status status = call(arguments, &result, &error);
    free(bytes);
    rmg_str text = rmg_text_get(status == RMG_STATUS_OK ? result : error);
    printf("%d %zu\n", (int)status, text.len);
    fwrite(text.ptr, 1, text.len, stdout);
    rmg_text_free(result);
    rmg_text_free(error);
  }
  return 0;
}

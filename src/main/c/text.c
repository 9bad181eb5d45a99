/* The string functions that this library needs, of its own: those of the C library may be replaced by a sanitizer that
 * is not ready yet. Hidden, so that nobody else uses them. */
#include <stddef.h>

#ifndef __clang__
/* Else the compiler makes calls of these functions out of their own loops. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif

#define OWN __attribute__((visibility("hidden")))

OWN void *memcpy(void *to, const void *from, size_t size) {
  char *t = to;
  const char *f = from;
  for (size_t i = 0; i < size; i++) t[i] = f[i];
  return to;
}

OWN void *memmove(void *to, const void *from, size_t size) {
  char *t = to;
  const char *f = from;
  if (t < f)
    for (size_t i = 0; i < size; i++) t[i] = f[i];
  else
    while (size--) t[size] = f[size];
  return to;
}

OWN void *memset(void *to, int value, size_t size) {
  char *t = to;
  for (size_t i = 0; i < size; i++) t[i] = (char)value;
  return to;
}

OWN int memcmp(const void *a, const void *b, size_t size) {
  const unsigned char *x = a, *y = b;
  for (size_t i = 0; i < size; i++)
    if (x[i] != y[i]) return x[i] - y[i];
  return 0;
}

OWN size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

OWN int strncmp(const char *a, const char *b, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (a[i] != b[i]) return (unsigned char)a[i] - (unsigned char)b[i];
    if (!a[i]) return 0;
  }
  return 0;
}

OWN int strcmp(const char *a, const char *b) { return strncmp(a, b, (size_t)-1); }

OWN char *strchrnul(const char *text, int c) {
  while (*text && *text != (char)c) text++;
  return (char *)text;
}

OWN char *strchr(const char *text, int c) {
  char *at = strchrnul(text, c);
  return *at == (char)c ? at : NULL;
}

OWN char *strrchr(const char *text, int c) {
  char *last = NULL;
  for (;; text++) {
    if (*text == (char)c) last = (char *)text;
    if (!*text) return last;
  }
}

OWN char *strstr(const char *text, const char *part) {
  size_t length = strlen(part);
  for (; *text; text++)
    if (!strncmp(text, part, length)) return (char *)text;
  return length ? NULL : (char *)text;
}

OWN char *stpcpy(char *to, const char *from) {
  while ((*to = *from++)) to++;
  return to;
}

OWN char *strcpy(char *to, const char *from) {
  stpcpy(to, from);
  return to;
}

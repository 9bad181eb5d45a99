/*
 * Steps that are taken over: a compiler whose call an earlier build made alike, and for which all is here that it relied on,
 * puts down what it made then and ends, before its main function. It is started, told of and looked at as ever.
 *
 * Java writes down which (build/TakenSteps), each as: size of the entry and number of the step, four bytes each; and texts,
 * each ended by a zero byte: the program's file, the working folder, the digest of the variables, how many words, the words;
 * then pairs, of which the first begins with what is to hold or to be made: F a file that is no program, and
 * its digest, G one that is, D a folder, L a link, and
 * where it leads, A nothing, O a file to be made, X a program to be made, and the name of the file with what is to be in it.
 * An empty text ends the entry.
 */
#include "observe.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

extern char **environ;

/* SHA-256 (FIPS 180-4). */

struct sum {
  uint32_t state[8];
  uint64_t length;
  unsigned char block[64];
};

static const uint32_t ROUNDS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t turned(uint32_t word, int by) { return word >> by | word << (32 - by); }

static void take_block(struct sum *sum) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++) {
    const unsigned char *b = sum->block + 4 * i;
    w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
  }
  for (int i = 16; i < 64; i++) {
    uint32_t low = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t high = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + low + w[i - 7] + high;
  }
  uint32_t s[8];
  memcpy(s, sum->state, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t high = turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25);
    uint32_t one = s[7] + high + ((s[4] & s[5]) ^ (~s[4] & s[6])) + ROUNDS[i] + w[i];
    uint32_t low = turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22);
    uint32_t two = low + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += one;
    s[0] = one + two;
  }
  for (int i = 0; i < 8; i++) sum->state[i] += s[i];
}

static void begin_sum(struct sum *sum) {
  static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(sum->state, start, sizeof start);
  sum->length = 0;
}

static void add(struct sum *sum, const void *bytes, size_t size) {
  const unsigned char *from = bytes;
  while (size) {
    size_t at = sum->length % sizeof sum->block;
    size_t part = sizeof sum->block - at < size ? sizeof sum->block - at : size;
    memcpy(sum->block + at, from, part);
    sum->length += part;
    from += part;
    size -= part;
    if (at + part == sizeof sum->block) take_block(sum);
  }
}

/* In hexadecimal, with a zero byte behind. */
static void end_sum(struct sum *sum, char digest[65]) {
  uint64_t bits = sum->length * 8;
  add(sum, "\x80", 1);
  while (sum->length % 64 != 56) add(sum, "", 1);
  unsigned char length[8];
  for (int i = 0; i < 8; i++) length[i] = (unsigned char)(bits >> (56 - 8 * i));
  add(sum, length, sizeof length);
  for (int i = 0; i < 64; i++) digest[i] = "0123456789abcdef"[sum->state[i / 8] >> (28 - 4 * (i % 8)) & 15];
  digest[64] = 0;
}

/* Calls that are told to nobody. */

static int open_quietly(const char *path) {
  return (int)observe_call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0, 0, 0);
}

static void close_quietly(int descriptor) { observe_call(SYS_close, descriptor, 0, 0, 0, 0, 0); }

static int mode_of(const char *path, mode_t *mode) {
  struct stat stat;
  long result = observe_call(SYS_newfstatat, AT_FDCWD, (long)path, (long)&stat, AT_SYMLINK_NOFOLLOW, 0, 0);
  *mode = result ? 0 : stat.st_mode;
  return (int)result;
}

static char buffer[1 << 16];

static int is_file(const char *path, const char *digest, int program) {
  mode_t mode;
  if (mode_of(path, &mode) || !S_ISREG(mode) || !!(mode & S_IXUSR) != program) return 0;
  int descriptor = open_quietly(path);
  if (descriptor < 0) return 0;
  struct sum sum;
  begin_sum(&sum);
  long length;
  while ((length = observe_call(SYS_read, descriptor, (long)buffer, sizeof buffer, 0, 0, 0)) > 0)
    add(&sum, buffer, (size_t)length);
  close_quietly(descriptor);
  char found[65];
  end_sum(&sum, found);
  return !length && !strcmp(found, digest);
}

static int is_link(const char *path, const char *target) {
  long length = observe_call(SYS_readlinkat, AT_FDCWD, (long)path, (long)buffer, sizeof buffer - 1, 0, 0);
  if (length < 0) return 0;
  buffer[length] = 0;
  return !strcmp(buffer, target);
}

static int holds(const char *what, const char *value) {
  mode_t mode;
  switch (what[0]) {
  case 'F':
  case 'G':
    return is_file(what + 1, value, what[0] == 'G');
  case 'L':
    return is_link(what + 1, value);
  case 'D':
    return !mode_of(what + 1, &mode) && S_ISDIR(mode);
  case 'A':
  case 'O':
  case 'X': {
    /* What stands where something is to be made might be replaced, written through or added to. */
    int error = mode_of(what + 1, &mode);
    return error == -ENOENT || (error == -ENOTDIR && what[0] == 'A');
  }
  default:
    return 0;
  }
}

/* The variables as records have them: in order, without what differs from run to run and is no input. */

static int by_text(const void *left, const void *right) { return strcmp(*(char *const *)left, *(char *const *)right); }

static int is_input(const char *variable) {
  return strncmp(variable, "JOBS=", 5) && strncmp(variable, "MAKEFLAGS=", 10) && strncmp(variable, "_=", 2);
}

static int sum_variables(char digest[65]) {
  size_t count = 0;
  while (environ && environ[count]) count++;
  size_t size = (count + 1) * sizeof(char *);
  long room = observe_call(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room < 0 && room > -4096) return 0;
  char **sorted = (char **)room;
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    if (is_input(environ[i])) sorted[n++] = environ[i];
  qsort(sorted, n, sizeof *sorted, by_text);
  struct sum sum;
  begin_sum(&sum);
  for (size_t i = 0; i < n; i++) {
    add(&sum, sorted[i], strlen(sorted[i]));
    add(&sum, "\n", 1);
  }
  observe_call(SYS_munmap, room, (long)size, 0, 0, 0, 0);
  end_sum(&sum, digest);
  return 1;
}

/* The next text of an entry. */
static const char *next(const char **at) {
  const char *text = *at;
  *at += strlen(text) + 1;
  return text;
}

/* Writes what was made then; through the C library's functions, so that it is told. */
static int put(const char *path, mode_t mode, const char *name) {
  char from[PATH_MAX];
  const char *slash = strrchr(observe_library, '/');
  if ((size_t)(slash - observe_library) + strlen(name) + 16 > sizeof from) return 0;
  memcpy(from, observe_library, (size_t)(slash - observe_library));
  strcpy(stpcpy(from + (slash - observe_library), "/taken/"), name);
  int source = open_quietly(from);
  if (source < 0) return 0;
  int target = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  long length = -1;
  if (target >= 0) {
    while ((length = observe_call(SYS_read, source, (long)buffer, sizeof buffer, 0, 0, 0)) > 0) {
      for (long done = 0; done < length;) {
        long part = observe_call(SYS_write, target, (long)(buffer + done), length - done, 0, 0, 0);
        if (part < 0) {
          length = part;
          break;
        }
        done += part;
      }
      if (length < 0) break;
    }
    if (observe_call(SYS_close, target, 0, 0, 0, 0, 0) < 0) length = -1;
  }
  close_quietly(source);
  return !length;
}

static int is_call(const char **at, const char *program, const char *folder, int count, char **words) {
  if (strcmp(next(at), program) || strcmp(next(at), folder)) return 0;
  const char *digest = next(at);
  if (atoi(next(at)) != count) return 0;
  for (int i = 0; i < count; i++)
    if (strcmp(next(at), words[i])) return 0;
  static char own[65];
  return (own[0] || sum_variables(own)) && !strcmp(own, digest);
}

/* A compiler might fail by a limit. */
static int is_limited(void) {
  static const int limits[] = {RLIMIT_AS, RLIMIT_DATA, RLIMIT_CPU, RLIMIT_FSIZE};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct rlimit limit;
    if (observe_call(SYS_prlimit64, 0, limits[i], 0, (long)&limit, 0, 0) || limit.rlim_cur != RLIM_INFINITY) return 1;
  }
  return 0;
}

static void take_over(uint32_t number, const char *at) {
  if (is_limited()) return;
  for (const char *pair = at; *pair;) {
    const char *what = next(&pair);
    if (!holds(what, next(&pair))) return;
  }
  /* No compiler is done within a tick of the kernel's: what it makes is newer than what was there before. */
  struct timespec tick = {0, 12000000};
  observe_call(SYS_nanosleep, (long)&tick, 0, 0, 0, 0, 0);
  for (const char *pair = at; *pair;) {
    const char *what = next(&pair);
    const char *value = next(&pair);
    /* What was put down before one could not be is there for the compiler to replace. */
    if (what[0] == 'O' && !put(what + 1, 0666, value)) return;
    if (what[0] == 'X' && !put(what + 1, 0777, value)) return;
  }
  observe_tell(KIND_TAKEN, 0, (int)number, 0, NULL, 0);
  _exit(0);
}

void observe_take_over(int count, char **words) {
  int compiles = 0;
  for (int i = 1; i < count; i++) compiles |= !strcmp(words[i], "-c");
  if (!compiles) return;
  ROOM(path);
  strcpy(path, observe_library);
  strcpy(strrchr(path, '/'), "/taken/steps");
  int descriptor = open_quietly(path);
  if (descriptor < 0) return;
  struct stat stat;
  long map = -1;
  if (!observe_call(SYS_fstat, descriptor, (long)&stat, 0, 0, 0, 0) && stat.st_size > 0)
    map = observe_call(SYS_mmap, 0, stat.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  close_quietly(descriptor);
  if (map < 0 && map > -4096) return;
  ROOM(folder);
  const char *here = observe_folder(folder);
  long length = observe_call(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/exe", (long)path, PATH_MAX - 1, 0, 0);
  path[length < 0 ? 0 : length] = 0;
  const char *end = (const char *)map + stat.st_size;
  for (const char *entry = (const char *)map; entry + 8 < end;) {
    uint32_t head[2];
    memcpy(head, entry, sizeof head);
    if (head[0] < sizeof head || head[0] > (size_t)(end - entry)) break;
    const char *at = entry + sizeof head;
    if (is_call(&at, path, here, count, words)) take_over(head[1], at);
    entry += head[0];
  }
  observe_call(SYS_munmap, map, stat.st_size, 0, 0, 0, 0);
}

/* The arena: where records are written. */
#include "observe.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#define HEAD 4096
/* Blocks of the disk are taken, and records may cross them, by this many bytes; no record is larger. */
#define CHUNK (1UL << 20)
#define CHUNKS 4096
/* What is mapped at once, with a chunk more, so that no record ends outside. */
#define WINDOW (64 * CHUNK)
#define WINDOWS (CHUNKS * CHUNK / WINDOW)

/* Where texts are found again: a table that most builds do well with, whose few pages each process touches, and one for
 * large builds. */
#define FIRST_SLOTS (1UL << 15)
#define SECOND_SLOTS (1UL << 21)
#define PROBES 16
#define TABLES (HEAD + (FIRST_SLOTS + SECOND_SLOTS) * sizeof(uint64_t))

struct head {
  uint64_t magic;
  uint64_t tail;
  uint64_t lost;
  uint64_t writes; /* how often something was written, renamed or linked, by any process */
  uint64_t texts;  /* how many have a number */
  uint64_t moves;  /* how often something was about to be moved, or had been */
  uint64_t taken[CHUNKS / 64]; /* a bit for each chunk whose blocks are there */
};

char observe_library[PATH_MAX];

static char arena_path[PATH_MAX];
static struct head *head;
static char *windows[WINDOWS];
static uint64_t *slots;
static char home_folder[PATH_MAX];
static uint64_t home_moves;
static pid_t home;
static int state; /* 0: not asked yet, 1: ready, -1: no arena */
static uint64_t seen[4096];

/* System calls of our own, which no other library stands before. */
long observe_call(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

static long open_arena(void) {
  return observe_call(SYS_openat, AT_FDCWD, (long)arena_path, O_RDWR | O_CLOEXEC, 0, 0, 0);
}

static char *map(long descriptor, unsigned long offset, unsigned long length) {
  long address = observe_call(SYS_mmap, 0, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset);
  return address < 0 && address > -4096 ? NULL : (char *)address;
}

/* Children of vfork that have not become another program yet: they share all of this memory, and have other numbers. */
static int vforks;

void observe_vforks(int more) { __atomic_fetch_add(&vforks, more, __ATOMIC_SEQ_CST); }

/* Without asking the kernel where no child can be who asks. Processes that are made in ways that are not followed count as
 * escaped. */
static pid_t process(void) {
  if (home && !__atomic_load_n(&vforks, __ATOMIC_SEQ_CST)) return home;
  return (pid_t)observe_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

int observe_is_home(void) { return process() == home; }

void observe_entered(void) {
  if (!observe_is_home()) return;
  home_moves = __atomic_load_n(&head->moves, __ATOMIC_ACQUIRE);
  long length = observe_call(SYS_getcwd, (long)home_folder, sizeof home_folder, 0, 0, 0, 0);
  if (length < 0 || home_folder[0] != '/') home_folder[0] = 0;
}

static int forked;
static int loaded; /* whether libraries may have been, since the program began or the process was forked */

int observe_is_forked(void) { return forked; }

void observe_forked(void) {
  vforks = 0;
  forked = 1;
  loaded = 0;
  home = (pid_t)observe_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

int observe_ready(void) {
  if (state) return state > 0;
  state = -1;
  Dl_info info;
  if (!dladdr((void *)observe_ready, &info) || !info.dli_fname || info.dli_fname[0] != '/') return 0;
  size_t length = strlen(info.dli_fname);
  if (length + 8 > sizeof arena_path) return 0;
  memcpy(observe_library, info.dli_fname, length + 1);
  memcpy(arena_path, info.dli_fname, length + 1);
  strcpy(strrchr(arena_path, '/'), "/arena");
  long descriptor = open_arena();
  if (descriptor < 0) return 0;
  windows[0] = map(descriptor, 0, WINDOW + CHUNK);
  head = (struct head *)windows[0];
  slots = (uint64_t *)(windows[0] + HEAD);
  observe_call(SYS_close, descriptor, 0, 0, 0, 0, 0);
  if (!head || head->magic != 0x326172664f747543u) return 0;
  home = process();
  observe_entered();
  state = 1;
  return 1;
}

void observe_lost(void) {
  if (observe_ready()) __atomic_fetch_add(&head->lost, 1, __ATOMIC_RELAXED);
}

/* Blocks of the disk now, so that a full one is an error here and not a signal to the program. */
static int take_chunk(unsigned long number) {
  uint64_t bit = (uint64_t)1 << number % 64;
  if (__atomic_load_n(&head->taken[number / 64], __ATOMIC_ACQUIRE) & bit) return 1;
  long descriptor = open_arena();
  if (descriptor < 0) return 0;
  long room = observe_call(SYS_fallocate, descriptor, 0, number * CHUNK, CHUNK, 0, 0);
  observe_call(SYS_close, descriptor, 0, 0, 0, 0, 0);
  if (room < 0 && room != -EOPNOTSUPP) return 0;
  __atomic_fetch_or(&head->taken[number / 64], bit, __ATOMIC_RELEASE);
  return 1;
}

/* The window that an offset lies in. */
static char *window(unsigned long offset) {
  unsigned long number = offset / WINDOW;
  char *address = __atomic_load_n(&windows[number], __ATOMIC_ACQUIRE);
  if (address) return address;
  long descriptor = open_arena();
  if (descriptor < 0) return NULL;
  address = map(descriptor, number * WINDOW, WINDOW + CHUNK);
  observe_call(SYS_close, descriptor, 0, 0, 0, 0, 0);
  if (!address) return NULL;
  char *none = NULL;
  if (!__atomic_compare_exchange_n(&windows[number], &none, address, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    observe_call(SYS_munmap, (long)address, WINDOW + CHUNK, 0, 0, 0, 0);
    address = none;
  }
  return address;
}

/* Memory for a record at an offset that was given out, its blocks taken. */
static struct record *room_at(unsigned long offset, size_t size) {
  unsigned long last = (offset + size - 1) / CHUNK;
  if (last >= CHUNKS - 1 || !take_chunk(offset / CHUNK) || !take_chunk(last)) return NULL;
  char *base = window(offset);
  return base ? (struct record *)(base + offset % WINDOW) : NULL;
}

/* A thread has called what may load libraries; the record says so, and is not done before they are told. */
#define OWN __thread __attribute__((tls_model("initial-exec")))
static OWN int loading;
static OWN struct record *load;

void observe_will_load(struct record *record) {
  loading = 1;
  __atomic_store_n(&loaded, 1, __ATOMIC_RELAXED);
  if (record) load = record;
}

int observe_has_loaded(void) { return __atomic_load_n(&loaded, __ATOMIC_RELAXED); }

/* The next record, with its size and kind; the offset is told too. */
static struct record *next_record(enum kind kind, size_t more, unsigned long *offset) {
  size_t size = (sizeof(struct record) + more + 7) & ~(size_t)7;
  struct record *record = NULL;
  if (size <= CHUNK) {
    *offset = __atomic_fetch_add(&head->tail, size, __ATOMIC_RELAXED);
    record = room_at(*offset, size);
  }
  if (!record) {
    observe_lost();
    return NULL;
  }
  struct record first = {.size = (uint32_t)size, .magic = MAGIC, .kind = (uint8_t)kind, .state = STATE_FILLING};
  uint64_t word;
  memcpy(&word, &first, sizeof word);
  __atomic_store_n((uint64_t *)record, word, __ATOMIC_RELEASE);
  return record;
}

static struct record *allocate(enum kind kind, size_t more) {
  if (!observe_ready()) return NULL;
  if (loading && kind != KIND_LIBRARY) {
    struct record *told = load;
    loading = 0;
    load = NULL;
    observe_new_libraries();
    observe_done(told, 0);
  }
  unsigned long offset;
  struct record *record = next_record(kind, more, &offset);
  if (!record) return NULL;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  record->process = (uint32_t)process();
  record->nanos = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
  return record;
}

/* Texts. A path and the folder that it is relative to are one: "/a" and "b" are "/a/b", "/a" and "." are "/a". */

static void whole_of(const struct text *text, const char **folder, const char **rest) {
  *folder = text->folder;
  *rest = text->text ? text->text : "";
  if (text->folder && !strcmp(*rest, ".")) {
    *folder = NULL;
    *rest = text->folder;
  }
}

/* FNV-1a. */
#define HASH_START 0xcbf29ce484222325u

static uint64_t mix_byte(uint64_t hash, unsigned char byte) { return (hash ^ byte) * 0x100000001b3u; }

static uint64_t mix(uint64_t hash, const char *text) {
  for (; *text; text++) hash = mix_byte(hash, (unsigned char)*text);
  return hash;
}

uint64_t observe_hash(const char *folder, const char *rest) {
  uint64_t hash = HASH_START;
  if (folder) hash = mix_byte(mix(hash, folder), '/');
  return mix(hash, rest);
}

static int is_text(const struct record *record, const char *folder, const char *rest) {
  const char *at = record->text;
  if (folder) {
    size_t length = strlen(folder);
    if (strncmp(at, folder, length) || at[length] != '/') return 0;
    at += length + 1;
  }
  return !strcmp(at, rest);
}

/* Writes a text down as a record of its own, with the next number; 0 where there is no room. */
static unsigned long write_text(const char *folder, const char *rest, uint32_t *number) {
  size_t before = folder ? strlen(folder) + 1 : 0;
  size_t length = strlen(rest) + 1;
  unsigned long offset = 0;
  struct record *record = next_record(KIND_TEXT, before + length, &offset);
  if (!record) return 0;
  if (folder) {
    memcpy(record->text, folder, before - 1);
    record->text[before - 1] = '/';
  }
  memcpy(record->text + before, rest, length);
  *number = (uint32_t)__atomic_fetch_add(&head->texts, 1, __ATOMIC_RELAXED) + 1;
  record->extra = (int32_t)*number;
  __atomic_store_n(&record->state, STATE_DONE, __ATOMIC_RELEASE);
  return offset;
}

/* A slot holds the upper half of a text's hash and the eighth of its record's offset. A text of a process that was killed
 * before it told others is written again by whoever needs it. */
static uint32_t number_of(const char *folder, const char *rest) {
  uint64_t hash = observe_hash(folder, rest);
  uint64_t *table = slots;
  unsigned long size = FIRST_SLOTS;
  unsigned long offset = 0;
  uint32_t number = 0;
  for (int tables = 0; tables < 2; tables++, table += FIRST_SLOTS, size = SECOND_SLOTS) {
    for (unsigned long i = 0; i < PROBES; i++) {
      uint64_t *slot = &table[(hash + i) & (size - 1)];
      uint64_t found = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
      if (!found) {
        if (!offset) offset = write_text(folder, rest, &number);
        if (!offset) return 0;
        if (!take_chunk((unsigned long)((char *)slot - (char *)head) / CHUNK)) return number;
        uint64_t own = (hash & 0xffffffff00000000u) | offset / 8;
        if (__atomic_compare_exchange_n(slot, &found, own, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return number;
      }
      if ((found ^ hash) >> 32) continue;
      unsigned long at = (found & 0xffffffffu) * 8;
      char *base = window(at);
      if (!base) continue;
      const struct record *record = (const struct record *)(base + at % WINDOW);
      if (is_text(record, folder, rest)) return (uint32_t)record->extra;
    }
  }
  if (!offset) write_text(folder, rest, &number);
  return number;
}

static uint32_t number_of_text(const struct text *text) {
  const char *folder, *rest;
  whole_of(text, &folder, &rest);
  return number_of(folder, rest);
}

static void observe_moves(void) {
  if (observe_ready()) __atomic_fetch_add(&head->moves, 1, __ATOMIC_RELEASE);
}

struct record *observe_begin(enum kind kind, int flags, int extra, const struct text *texts, int count) {
  if (kind == KIND_CHANGE || kind == KIND_MOVE || kind == KIND_SYMLINK) observe_will_write();
  if (kind == KIND_MOVE) observe_moves();
  struct record *record = allocate(kind, (size_t)count * sizeof(uint32_t));
  if (!record) return NULL;
  record->flags = (uint8_t)flags;
  record->extra = extra;
  record->texts = (uint32_t)count;
  for (int i = 0; i < count; i++) record->number[i] = number_of_text(&texts[i]);
  __atomic_store_n(&record->state, STATE_PENDING, __ATOMIC_RELEASE);
  return record;
}

struct record *observe_begin_vector(enum kind kind, const struct text *texts, int count, char *const *vector) {
  int extra = 0;
  for (char *const *s = vector; s && *s; s++) extra++;
  struct record *record = allocate(kind, (size_t)(count + extra) * sizeof(uint32_t));
  if (!record) return NULL;
  record->extra = extra;
  record->texts = (uint32_t)(count + extra);
  for (int i = 0; i < count; i++) record->number[i] = number_of_text(&texts[i]);
  for (int i = 0; i < extra; i++) record->number[count + i] = number_of(NULL, vector[i]);
  __atomic_store_n(&record->state, STATE_PENDING, __ATOMIC_RELEASE);
  return record;
}

void observe_done(struct record *record, int result) {
  if (!record) return;
  record->result = result;
  if (record->kind == KIND_MOVE) observe_moves();
  __atomic_store_n(&record->state, STATE_DONE, __ATOMIC_RELEASE);
}

void observe_tell(enum kind kind, int flags, int result, int extra, const struct text *texts, int count) {
  int error = errno;
  observe_done(observe_begin(kind, flags, extra, texts, count), result);
  errno = error;
}

/* Room for paths. */
#define ROOMS 64
static char rooms[ROOMS][PATH_MAX];
static uint64_t rooms_taken;

char *observe_take(void) {
  uint64_t taken = __atomic_load_n(&rooms_taken, __ATOMIC_RELAXED);
  while (~taken) {
    int free = __builtin_ctzll(~taken);
    if (__atomic_compare_exchange_n(&rooms_taken, &taken, taken | (uint64_t)1 << free, 0, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED))
      return rooms[free];
  }
  long address = observe_call(SYS_mmap, 0, PATH_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return (char *)address;
}

void observe_give(char **room) {
  size_t number = (size_t)(*room - rooms[0]) / PATH_MAX;
  if (*room >= rooms[0] && number < ROOMS)
    __atomic_fetch_and(&rooms_taken, ~((uint64_t)1 << number), __ATOMIC_RELEASE);
  else
    observe_call(SYS_munmap, (long)*room, PATH_MAX, 0, 0, 0, 0);
}

const char *observe_folder(char *room) {
  if (observe_is_home()) {
    /* Another process may have moved the folder. */
    if (__atomic_load_n(&head->moves, __ATOMIC_ACQUIRE) != home_moves) observe_entered();
    return home_folder[0] ? home_folder : "?";
  }
  /* A child of vfork, or a process that clone made: the folder may have changed. */
  long length = observe_call(SYS_getcwd, (long)room, PATH_MAX, 0, 0, 0, 0);
  return length < 0 || room[0] != '/' ? "?" : room;
}

const char *observe_descriptor(int descriptor, char *room) {
  char link[32];
  char *at = link + sizeof link;
  *--at = 0;
  unsigned number = (unsigned)descriptor;
  do *--at = (char)('0' + number % 10);
  while (number /= 10);
  static const char prefix[] = "/proc/self/fd/";
  at -= sizeof prefix - 1;
  memcpy(at, prefix, sizeof prefix - 1);
  long length = observe_call(SYS_readlinkat, AT_FDCWD, (long)at, (long)room, PATH_MAX - 1, 0, 0);
  if (length < 0) return "?";
  room[length] = 0;
  return room;
}

const char *observe_base(int folder, const char *path, char *room) {
  if (observe_is_null(path) || path[0] == '/') return NULL;
  return folder == AT_FDCWD ? observe_folder(room) : observe_descriptor(folder, room);
}

uint64_t observe_writes(void) { return observe_ready() ? __atomic_load_n(&head->writes, __ATOMIC_ACQUIRE) : 0; }

void observe_will_write(void) {
  if (observe_ready()) __atomic_fetch_add(&head->writes, 1, __ATOMIC_RELEASE);
}

static uint64_t hash_of(enum kind kind, uint64_t more, const char *folder, const char *path) {
  /* Nothing may be left out because it looks like something else: each part goes in byte by byte, with its end. */
  uint64_t hash = mix_byte(HASH_START, (unsigned char)kind);
  for (int i = 0; i < 8; i++) hash = mix_byte(hash, (unsigned char)(more >> 8 * i));
  hash = mix_byte(mix(hash, folder ? folder : ""), 0);
  hash = mix(hash, path);
  return hash ^ hash >> 29;
}

/* A slot that is taken forgets. */
int observe_is_new(enum kind kind, uint64_t more, const char *folder, const char *path) {
  uint64_t hash = hash_of(kind, more, folder, path);
  uint64_t *slot = &seen[hash % (sizeof seen / sizeof *seen)];
  if (__atomic_load_n(slot, __ATOMIC_RELAXED) == hash) return 0;
  __atomic_store_n(slot, hash, __ATOMIC_RELAXED);
  return 1;
}

int observe_is_new_library(const char *folder, const char *path) {
  static uint64_t libraries[1024];
  size_t size = sizeof libraries / sizeof *libraries;
  uint64_t hash = hash_of(KIND_LIBRARY, 0, path[0] == '/' ? "" : folder, path);
  for (size_t i = 0; i < size; i++) {
    uint64_t none = 0;
    uint64_t *slot = &libraries[(hash + i) % size];
    if (__atomic_load_n(slot, __ATOMIC_RELAXED) == hash) return 0;
    if (__atomic_compare_exchange_n(slot, &none, hash, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return 1;
    if (none == hash) return 0;
  }
  return 1;
}

void observe_look(enum kind kind, int folder, const char *path) {
  if (!path || !path[0]) return; /* the descriptor's own file, which was told when it was opened */
  int error = errno;
  ROOM(room);
  const char *base = observe_base(folder, path, room);
  if (observe_is_new(kind, 0, base, path)) {
    struct text text = {base, path};
    observe_tell(kind, 0, 0, 0, &text, 1);
  }
  errno = error;
}

void observe_escape(const char *what) {
  struct text text = {NULL, what};
  observe_tell(KIND_ESCAPE, 0, 0, 0, &text, 1);
}

void observe_note_load(const char *what, const char *folder, const char *with) {
  struct text texts[] = {{NULL, what}, {folder, with}};
  observe_will_load(observe_begin(KIND_NOTE, 0, 0, texts, 2));
}

void observe_note(const char *what, const char *with) {
  if (!observe_is_new(KIND_NOTE, 0, what, with ? with : "")) return;
  struct text texts[] = {{NULL, what}, {NULL, with ? with : ""}};
  observe_tell(KIND_NOTE, 0, 0, 0, texts, 2);
}

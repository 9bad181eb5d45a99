/*
 * The observing library: loaded into each program of a build by the dynamic loader (LD_PRELOAD), it stands before the C
 * library's functions that touch files or start programs, lets them do their work, and writes down what they did.
 *
 * Records go into one file for each line of a recipe, the arena, which all processes map: a record is complete in the
 * kernel's memory as soon as it is written, whatever becomes of its process, and records stand in the order in which
 * they were begun, over all processes. Java reads it: dev.cutoff.observe.PreloadReader. The format is in docs/observation.md.
 *
 * Rules of this code: no allocation (it runs in children of vfork, and before the C library is ready), errno is kept,
 * nothing is printed, and what goes wrong is counted in the arena's head as lost.
 */
#ifndef CUTOFF_OBSERVE_H
#define CUTOFF_OBSERVE_H

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* What a record tells. Java has the same list. */
enum kind {
  KIND_START = 1, /* result: parent; extra: number of variables; texts: working folder, descriptor 1, descriptor 2,
                     the variables of the environment; the loaded files follow as KIND_LIBRARY */
  KIND_END,       /* flags: SPOKE */
  KIND_FORK,      /* result: the child */
  KIND_EXEC,      /* result: error, if it came back; extra: number of arguments; texts: path, arguments */
  KIND_SPAWN,     /* result: the child, 0 if not told, or -error; else as EXEC */
  KIND_REAPED,    /* result: the child; extra: its status as of waitpid */
  KIND_OPEN,      /* result: error; extra: flags of open; texts: path, path of the descriptor */
  KIND_LOOK,      /* texts: path */
  KIND_LOOK_LINK, /* texts: path */
  KIND_LIST,      /* texts: path */
  KIND_CHANGE,    /* result: error; flags: FOLDER; texts: path */
  KIND_MOVE,      /* result: error; flags: LINK, EXCHANGE; texts: from, to */
  KIND_SYMLINK,   /* result: error; texts: target, path */
  KIND_CHDIR,     /* result: error; flags: LOOKED; texts: path */
  KIND_KERNEL,    /* asked for the kernel's name */
  KIND_NETWORK,   /* made a socket of the internet's families */
  KIND_CONNECT,   /* texts: path, "" for an address without one */
  KIND_SPOKE,     /* wrote to descriptor 1 or 2 */
  KIND_ESCAPE,    /* texts: what, completing "PROGRAM ..." */
  KIND_LIBRARY,   /* texts, three for each file that the loader has loaded: path, run path, see judge in processes.c */
  KIND_NOTE,      /* texts: what part of the C library was used, with what; see NOTES in PreloadReader */
  KIND_TEXT,      /* extra: its number, from 1; the text itself, ended by a zero byte, in place of numbers */
  KIND_TAKEN      /* result: the number of the earlier build's step that the program has put the results of in place of its own */
};

enum flag { FLAG_SPOKE = 1, FLAG_FOLDER = 1, FLAG_ATTRIBUTES = 2, FLAG_LINK = 1, FLAG_EXCHANGE = 2, FLAG_LOOKED = 1 };

enum state { STATE_FILLING = 1, STATE_PENDING, STATE_DONE };

#define MAGIC 0xC7

struct record {
  uint32_t size; /* with this head, a multiple of 8 */
  uint8_t magic;
  uint8_t kind;
  uint8_t state; /* PENDING: begun before the call; whether the call was made is not known */
  uint8_t flags;
  uint32_t process;
  int32_t result;
  int32_t extra;
  uint32_t texts; /* how many */
  uint64_t nanos; /* since the epoch */
  union {
    uint32_t number[0]; /* of the texts; 0 for one that could not be written */
    char text[0];       /* of KIND_TEXT */
  };
};

/* A text of a record: a path is completed by the folder it is relative to. */
struct text {
  const char *folder;
  const char *text;
};

/* A system call that no other library stands before; errors are negative numbers. */
long observe_call(long number, long a, long b, long c, long d, long e, long f);

/* The arena. */
int observe_ready(void);
struct record *observe_begin(enum kind kind, int flags, int extra, const struct text *texts, int count);
struct record *observe_begin_vector(enum kind kind, const struct text *texts, int count, char *const *vector);
void observe_done(struct record *record, int result);
void observe_lost(void);

/* One record of an ended call. */
void observe_tell(enum kind kind, int flags, int result, int extra, const struct text *texts, int count);

/* A look, told once for each path and process. */
void observe_look(enum kind kind, int folder, const char *path);

/* Whether something was not told by this process before; it forgets. */
int observe_is_new(enum kind kind, uint64_t more, const char *folder, const char *path);

/* The same of a library, which is not forgotten: told again it would look as if it were read again. */
int observe_is_new_library(const char *folder, const char *path);

/* The hash of a path that is relative to a folder, or of one that is not. */
uint64_t observe_hash(const char *folder, const char *rest);

/* How often any process has begun to write, rename or link something. */
uint64_t observe_writes(void);
void observe_will_write(void);

/* A library that may turn out to be none: it is read all the same. */
void observe_loads(const char *path);

/* Characters are turned from one set into another, by a library for each. */
void observe_converts(const char *set);

/* The program begins with the languages that its variables name now. */
void observe_languages_begin(void);

void observe_escape(const char *what);
void observe_note(const char *what, const char *with);
/* The same of what may load libraries: the record is pending until they are told. */
void observe_note_load(const char *what, const char *folder, const char *with);

/* Of arguments of which the compiler takes for granted that they are not. */
static inline int observe_is_null(const void *pointer) {
  __asm__("" : "+r"(pointer));
  return !pointer;
}

/* Paths. Threads and signal handlers may have little of a stack: PATH_MAX bytes to write one to, given back at the end of
 * the block, which must not be left by becoming another program. */
#define ROOM(name) __attribute__((cleanup(observe_give))) char *name = observe_take()
char *observe_take(void);
void observe_give(char **room);
const char *observe_folder(char *room);
const char *observe_base(int folder, const char *path, char *room);
const char *observe_descriptor(int descriptor, char *room);
void observe_entered(void);

/* Processes. */
int observe_is_home(void);
void observe_forked(void);
void observe_vforks(int more);
void observe_end(void);
void observe_spoke(int descriptor);
void observe_new_libraries(void);
/* The next record of the thread tells what was loaded before, and then ends the given one. */
void observe_will_load(struct record *record);
int observe_has_loaded(void);
/* A process that was forked off and is the same program still. */
int observe_is_forked(void);
void *observe_open_library(const char *path);

/* Ends the program where an earlier build's results of the same step can stand for its own. */
void observe_take_over(int count, char **words);

/* Where this library and the arena are. */
extern char observe_library[4096];

/* The next definition of a function, behind ours. */
#define NEXT(name)                                                                                                     \
  ({                                                                                                                   \
    static __typeof__(name) *next_;                                                                                    \
    if (!next_) next_ = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);                                                    \
    next_;                                                                                                             \
  })

#endif

/* Functions of the C library that name files, and what they did with them. */
#include "observe.h"

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <utime.h>

#define WRITES (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

static int error_of(long result) { return result < 0 ? errno : 0; }

/* Opening. A file that is opened to be written is told before, so that a killed process can't hide it. */

static struct record *opens(int folder, const char *path, int flags) {
  if (!(flags & WRITES) || observe_is_null(path)) return NULL;
  ROOM(room);
  struct text texts[] = {{observe_base(folder, path, room), path}};
  observe_will_write();
  return observe_begin(KIND_OPEN, 0, flags, texts, 1);
}

static void opened(struct record *begun, int folder, const char *path, int flags, int result) {
  int error = errno;
  if (begun) observe_done(begun, result < 0 ? error : 0);
  if (observe_is_null(path)) return;
  if (!begun || (result >= 0 && (flags & O_ACCMODE) != O_WRONLY && !(flags & O_TRUNC))) {
    ROOM(room);
    ROOM(real);
    const char *base = observe_base(folder, path, room);
    /* A file that was read is told again once anything was written since: it may be another one. */
    uint64_t more = (uint64_t)(unsigned)flags << 32 | (result < 0 ? (uint64_t)error << 24 : observe_writes() << 1 | 1);
    const char *end = NULL;
    /* The same name there is another file each time. */
    if (result >= 0 && (!strncmp(path, "/proc/", 6) || !strncmp(path, "/dev/", 5))) {
      end = observe_descriptor(result, real);
      more ^= observe_hash(NULL, end);
    }
    if (begun || observe_is_new(KIND_OPEN, more, base, path)) {
      if (result >= 0 && !end) end = observe_descriptor(result, real);
      struct text texts[] = {{base, path}, {NULL, result < 0 ? "" : end}};
      observe_tell(KIND_OPEN, 0, result < 0 ? error : 0, flags, texts, 2);
    }
  }
  errno = error;
}

void observe_loads(const char *path) {
  int error = errno;
  ROOM(room);
  const char *base = observe_base(AT_FDCWD, path, room);
  struct text texts[] = {{base, path}, {NULL, ""}};
  if (observe_call(SYS_faccessat, AT_FDCWD, (long)path, F_OK, 0, 0, 0) < 0) {
    observe_look(KIND_LOOK, AT_FDCWD, path);
    observe_will_load(NULL);
  } else {
    observe_tell(KIND_OPEN, 0, 0, O_RDONLY, texts, 2);
    observe_note_load("dlopen", base, path);
  }
  errno = error;
}

#define MODE(flags)                                                                                                    \
  mode_t mode = 0;                                                                                                     \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                                             \
    va_list more;                                                                                                      \
    va_start(more, flags);                                                                                             \
    mode = va_arg(more, mode_t);                                                                                       \
    va_end(more);                                                                                                      \
  }

EXPORT int open(const char *path, int flags, ...) {
  MODE(flags)
  struct record *record = opens(AT_FDCWD, path, flags);
  int result = NEXT(open)(path, flags, mode);
  opened(record, AT_FDCWD, path, flags, result);
  return result;
}

EXPORT int openat(int folder, const char *path, int flags, ...) {
  MODE(flags)
  struct record *record = opens(folder, path, flags);
  int result = NEXT(openat)(folder, path, flags, mode);
  opened(record, folder, path, flags, result);
  return result;
}

int observe_open(const char *path, int flags, ...) __attribute__((alias("open"), visibility("hidden")));
int observe_openat(int folder, const char *path, int flags, ...) __attribute__((alias("openat"), visibility("hidden")));

EXPORT int creat(const char *path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

/* On 64-bit machines the functions with 64 in their name are the same; the headers give them other types. */
#define SAME(name, other) __asm__(".globl " #name "\n.set " #name ", " #other "\n");

SAME(open64, open)
SAME(openat64, openat)
SAME(creat64, creat)
SAME(__open, open)
SAME(__open64, open)

/* What _FORTIFY_SOURCE calls; without O_CREAT by its contract. */
EXPORT int __open_2(const char *path, int flags) { return open(path, flags); }
EXPORT int __open64_2(const char *path, int flags) { return open(path, flags); }
EXPORT int __openat_2(int folder, const char *path, int flags) { return openat(folder, path, flags); }
EXPORT int __openat64_2(int folder, const char *path, int flags) { return openat(folder, path, flags); }

static int flags_of(const char *mode) {
  int flags = mode[0] == 'r' ? O_RDONLY : O_WRONLY | O_CREAT | (mode[0] == 'w' ? O_TRUNC : O_APPEND);
  return strchr(mode, '+') ? (flags & ~O_ACCMODE) | O_RDWR : flags;
}

/* A character set that the mode names. */
static void converts(const char *mode) {
  const char *set = strstr(mode, ",ccs=");
  if (set) observe_converts(set + 5);
}

EXPORT FILE *fopen(const char *path, const char *mode) {
  int flags = flags_of(mode);
  converts(mode);
  struct record *record = opens(AT_FDCWD, path, flags);
  FILE *file = NEXT(fopen)(path, mode);
  opened(record, AT_FDCWD, path, flags, file ? fileno(file) : -1);
  return file;
}

EXPORT FILE *freopen(const char *path, const char *mode, FILE *stream) {
  if (observe_is_null(path)) observe_escape("opened a file again without its name");
  int flags = flags_of(mode);
  converts(mode);
  struct record *record = path ? opens(AT_FDCWD, path, flags) : NULL;
  FILE *file = NEXT(freopen)(path, mode, stream);
  if (path) opened(record, AT_FDCWD, path, flags, file ? fileno(file) : -1);
  return file;
}

SAME(fopen64, fopen)
SAME(_IO_fopen, fopen)
SAME(freopen64, freopen)

/* The name of a terminal is looked for among the devices; what is none ends it before. */
static void asks_terminal(int descriptor) {
  if (isatty(descriptor)) observe_escape("asked for the name of its terminal, which is not followed");
}

EXPORT char *ttyname(int descriptor) {
  asks_terminal(descriptor);
  return NEXT(ttyname)(descriptor);
}

EXPORT int ttyname_r(int descriptor, char *to, size_t size) {
  asks_terminal(descriptor);
  return NEXT(ttyname_r)(descriptor, to, size);
}

int __ttyname_r_chk(int descriptor, char *to, size_t size, size_t room);
EXPORT int __ttyname_r_chk(int descriptor, char *to, size_t size, size_t room) {
  asks_terminal(descriptor);
  return NEXT(__ttyname_r_chk)(descriptor, to, size, room);
}

/* Temporary files: made anew, under a name that the C library chose. */
static void made(const char *path, int flags, int result) {
  struct record *record = opens(AT_FDCWD, path, flags);
  opened(record, AT_FDCWD, path, flags, result);
}

#define TEMPORARY(name, parameters, arguments)                                                                         \
  int name parameters;                                                                                                 \
  EXPORT int name parameters {                                                                                         \
    int result = NEXT(name) arguments;                                                                                 \
    made(path, O_RDWR | O_CREAT | O_EXCL, result);                                                                     \
    return result;                                                                                                     \
  }                                                                                                                    \
  SAME(name##64, name)

TEMPORARY(mkstemp, (char *path), (path))
TEMPORARY(mkostemp, (char *path, int flags), (path, flags))
TEMPORARY(mkstemps, (char *path, int suffix), (path, suffix))
TEMPORARY(mkostemps, (char *path, int suffix, int flags), (path, suffix, flags))

EXPORT char *mkdtemp(char *path) {
  char *result = NEXT(mkdtemp)(path);
  int error = errno;
  ROOM(room);
  struct text text = {observe_base(AT_FDCWD, path, room), path};
  observe_tell(KIND_CHANGE, 0, result ? 0 : error, 0, &text, 1);
  errno = error;
  return result;
}

/* Their files have no name, or one in a folder of the build's own. */
EXPORT FILE *tmpfile(void) {
  observe_look(KIND_LOOK, AT_FDCWD, P_tmpdir);
  return NEXT(tmpfile)();
}
SAME(tmpfile64, tmpfile)

EXPORT char *mktemp(char *path) {
  char *result = NEXT(mktemp)(path);
  if (result) observe_look(KIND_LOOK_LINK, AT_FDCWD, result);
  return result;
}

EXPORT int shm_open(const char *name, int flags, mode_t mode) {
  int result = NEXT(shm_open)(name, flags, mode);
  int error = errno;
  struct text text = {"/dev/shm", name[0] == '/' ? name + 1 : name};
  observe_tell(KIND_LOOK, 0, 0, 0, &text, 1);
  errno = error;
  return result;
}

EXPORT int shm_unlink(const char *name) {
  struct text text = {"/dev/shm", name[0] == '/' ? name + 1 : name};
  struct record *record = observe_begin(KIND_CHANGE, 0, 0, &text, 1);
  int result = NEXT(shm_unlink)(name);
  int error = errno;
  observe_done(record, result < 0 ? error : 0);
  errno = error;
  return result;
}

/* Listing. */

static void listed(int folder, const char *path) {
  int error = errno;
  ROOM(room);
  struct text text = {path ? observe_base(folder, path, room) : NULL, path ? path : observe_descriptor(folder, room)};
  observe_tell(KIND_LIST, 0, 0, 0, &text, 1);
  errno = error;
}

EXPORT DIR *opendir(const char *path) {
  DIR *result = NEXT(opendir)(path);
  observe_look(KIND_LOOK, AT_FDCWD, path);
  if (result) listed(dirfd(result), NULL);
  return result;
}

EXPORT DIR *fdopendir(int descriptor) {
  DIR *result = NEXT(fdopendir)(descriptor);
  if (result) listed(descriptor, NULL);
  return result;
}

ssize_t getdents64(int descriptor, void *buffer, size_t length);
EXPORT ssize_t getdents64(int descriptor, void *buffer, size_t length) {
  ssize_t result = NEXT(getdents64)(descriptor, buffer, length);
  if (result >= 0) listed(descriptor, NULL);
  return result;
}

typedef int (*filter)(const struct dirent *);
typedef int (*order)(const struct dirent **, const struct dirent **);

/* By what the path leads to, whatever it is called: it may name a descriptor. */
static void scanned(int folder, const char *path) {
  int error = errno;
  observe_look(KIND_LOOK, folder, path);
  long at = observe_call(SYS_openat, folder, (long)path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
  if (at >= 0) {
    listed((int)at, NULL);
    observe_call(SYS_close, at, 0, 0, 0, 0, 0);
  }
  errno = error;
}

EXPORT int scandir(const char *path, struct dirent ***names, filter chosen, order by) {
  int result = NEXT(scandir)(path, names, chosen, by);
  scanned(AT_FDCWD, path);
  return result;
}
SAME(scandir64, scandir)

EXPORT int scandirat(int folder, const char *path, struct dirent ***names, filter chosen, order by) {
  int result = NEXT(scandirat)(folder, path, names, chosen, by);
  scanned(folder, path);
  return result;
}
SAME(scandirat64, scandirat)

/* glob calls functions of the C library's inside; it can be told to call ours. */
static void *glob_open(const char *path) { return opendir(path); }
static struct dirent *glob_read(void *folder) { return readdir(folder); }
static void glob_close(void *folder) { closedir(folder); }

EXPORT int glob(const char *pattern, int flags, int (*failed)(const char *, int), glob_t *found) {
  if (!(flags & GLOB_ALTDIRFUNC)) {
    found->gl_opendir = glob_open;
    found->gl_readdir = glob_read;
    found->gl_closedir = glob_close;
    found->gl_stat = stat;
    found->gl_lstat = lstat;
  }
  if (flags & (GLOB_TILDE | GLOB_TILDE_CHECK)) observe_note_load("passwd", NULL, "");
  int result = NEXT(glob)(pattern, flags | GLOB_ALTDIRFUNC, failed, found);
  if (!(flags & GLOB_ALTDIRFUNC)) found->gl_flags &= ~GLOB_ALTDIRFUNC;
  return result;
}
SAME(glob64, glob)

/* Looking. */

#define LOOK(kind, name, parameters, arguments)                                                                        \
  EXPORT int name parameters {                                                                                         \
    int result = NEXT(name) arguments;                                                                                 \
    observe_look(kind, AT_FDCWD, path);                                                                                \
    return result;                                                                                                     \
  }

LOOK(KIND_LOOK, stat, (const char *path, struct stat *to), (path, to))
LOOK(KIND_LOOK_LINK, lstat, (const char *path, struct stat *to), (path, to))
SAME(stat64, stat)
SAME(lstat64, lstat)
LOOK(KIND_LOOK, access, (const char *path, int mode), (path, mode))
LOOK(KIND_LOOK, eaccess, (const char *path, int mode), (path, mode))
LOOK(KIND_LOOK, euidaccess, (const char *path, int mode), (path, mode))
LOOK(KIND_LOOK, statfs, (const char *path, struct statfs *to), (path, to))
LOOK(KIND_LOOK, statvfs, (const char *path, struct statvfs *to), (path, to))
SAME(statfs64, statfs)
SAME(statvfs64, statvfs)
LOOK(KIND_LOOK, inotify_add_watch, (int descriptor, const char *path, uint32_t mask), (descriptor, path, mask))

int __xstat(int version, const char *path, struct stat *to);
int __lxstat(int version, const char *path, struct stat *to);
int __fxstatat(int version, int folder, const char *path, struct stat *to, int flags);
LOOK(KIND_LOOK, __xstat, (int version, const char *path, struct stat *to), (version, path, to))
LOOK(KIND_LOOK_LINK, __lxstat, (int version, const char *path, struct stat *to), (version, path, to))
SAME(__xstat64, __xstat)
SAME(__lxstat64, __lxstat)

#define LOOK_AT(name, parameters, arguments)                                                                           \
  EXPORT int name parameters {                                                                                         \
    int result = NEXT(name) arguments;                                                                                 \
    observe_look(flags & AT_SYMLINK_NOFOLLOW ? KIND_LOOK_LINK : KIND_LOOK, folder, path);                              \
    return result;                                                                                                     \
  }

LOOK_AT(fstatat, (int folder, const char *path, struct stat *to, int flags), (folder, path, to, flags))
LOOK_AT(__fxstatat, (int version, int folder, const char *path, struct stat *to, int flags),
        (version, folder, path, to, flags))
LOOK_AT(statx, (int folder, const char *path, int flags, unsigned mask, struct statx *to),
        (folder, path, flags, mask, to))
LOOK_AT(faccessat, (int folder, const char *path, int mode, int flags), (folder, path, mode, flags))
LOOK_AT(name_to_handle_at, (int folder, const char *path, struct file_handle *handle, int *mount, int flags),
        (folder, path, handle, mount, flags))
SAME(fstatat64, fstatat)
SAME(__fxstatat64, __fxstatat)

EXPORT long pathconf(const char *path, int name) {
  observe_look(KIND_LOOK, AT_FDCWD, path);
  return NEXT(pathconf)(path, name);
}

#define LOOK_LONG(kind, name, parameters, arguments)                                                                   \
  EXPORT ssize_t name parameters {                                                                                     \
    ssize_t result = NEXT(name) arguments;                                                                             \
    observe_look(kind, AT_FDCWD, path);                                                                                \
    return result;                                                                                                     \
  }

LOOK_LONG(KIND_LOOK, getxattr, (const char *path, const char *name, void *to, size_t size), (path, name, to, size))
LOOK_LONG(KIND_LOOK_LINK, lgetxattr, (const char *path, const char *name, void *to, size_t size),
          (path, name, to, size))
LOOK_LONG(KIND_LOOK, listxattr, (const char *path, char *to, size_t size), (path, to, size))
LOOK_LONG(KIND_LOOK_LINK, llistxattr, (const char *path, char *to, size_t size), (path, to, size))
LOOK_LONG(KIND_LOOK_LINK, readlink, (const char *path, char *to, size_t size), (path, to, size))
ssize_t __readlink_chk(const char *path, char *to, size_t size, size_t room);
LOOK_LONG(KIND_LOOK_LINK, __readlink_chk, (const char *path, char *to, size_t size, size_t room),
          (path, to, size, room))

EXPORT ssize_t readlinkat(int folder, const char *path, char *to, size_t size) {
  ssize_t result = NEXT(readlinkat)(folder, path, to, size);
  observe_look(KIND_LOOK_LINK, folder, path);
  return result;
}
ssize_t __readlinkat_chk(int folder, const char *path, char *to, size_t size, size_t room);
EXPORT ssize_t __readlinkat_chk(int folder, const char *path, char *to, size_t size, size_t room) {
  ssize_t result = NEXT(__readlinkat_chk)(folder, path, to, size, room);
  observe_look(KIND_LOOK_LINK, folder, path);
  return result;
}

/* Folders that were walked to before, and where they are: compilers walk to every header. They are walked to again once
 * anything was written. Who finds them in use goes without. */
#define WALKS 32
static struct walk {
  uint64_t folder; /* hash of the name by which it was walked to */
  uint64_t writes;
  char at[PATH_MAX];
} walks[WALKS];
static int walks_taken;

static struct walk *take_walk(uint64_t folder) {
  int none = 0;
  if (!__atomic_compare_exchange_n(&walks_taken, &none, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return NULL;
  return &walks[folder % WALKS];
}

static void give_walks(void) { __atomic_store_n(&walks_taken, 0, __ATOMIC_RELEASE); }

/* The variable's folder is asked whether it is the working folder. */
EXPORT char *get_current_dir_name(void) {
  for (char **variable = environ; variable && *variable; variable++)
    if (!strncmp(*variable, "PWD=", 4)) observe_look(KIND_LOOK, AT_FDCWD, *variable + 4);
  return NEXT(get_current_dir_name)();
}

key_t ftok(const char *path, int id);
EXPORT key_t ftok(const char *path, int id) {
  observe_look(KIND_LOOK, AT_FDCWD, path);
  return NEXT(ftok)(path, id);
}

/* Each folder on the way is asked whether it is a link, and what links lead to again. */
static void walk(char *at, char *rest, char *target) {
  for (int links = 0; rest[0] && links < 40;) {
    char *slash = strchrnul(rest, '/');
    size_t length = (size_t)(slash - rest);
    size_t whole = strlen(at);
    int plain = length && !(length == 1 && rest[0] == '.');
    if (length == 2 && rest[0] == '.' && rest[1] == '.') {
      /* It must be a folder that is left. */
      if (at[0]) observe_look(KIND_LOOK, AT_FDCWD, at);
      char *last = strrchr(at, '/');
      if (last) *last = 0;
      plain = 0;
    }
    if (plain && whole + length + 2 > PATH_MAX) break;
    if (plain) {
      at[whole] = '/';
      memcpy(at + whole + 1, rest, length);
      at[whole + 1 + length] = 0;
    }
    memmove(rest, *slash ? slash + 1 : slash, strlen(*slash ? slash + 1 : slash) + 1);
    if (!plain) {
      if (at[0]) observe_look(KIND_LOOK, AT_FDCWD, at);
      continue;
    }
    observe_look(KIND_LOOK_LINK, AT_FDCWD, at);
    long n = observe_call(SYS_readlinkat, AT_FDCWD, (long)at, (long)target, PATH_MAX - 1, 0, 0);
    if (n < 0) continue;
    links++;
    target[n] = 0;
    if ((size_t)n + strlen(rest) + 2 > PATH_MAX) break;
    memmove(rest + n + 1, rest, strlen(rest) + 1);
    memcpy(rest, target, (size_t)n);
    rest[n] = '/';
    at[target[0] == '/' ? 0 : whole] = 0;
  }
}

static void walked(const char *path) {
  int error = errno;
  ROOM(at);
  ROOM(rest);
  ROOM(target);
  ROOM(room);
  const char *base = path ? observe_base(AT_FDCWD, path, room) : NULL;
  if (!path || strlen(path) >= PATH_MAX || (base && strlen(base) >= PATH_MAX)) return;
  observe_look(KIND_LOOK, AT_FDCWD, path);
  strcpy(at, base ? base : "");
  strcpy(rest, path);
  char *name = strrchr(rest, '/');
  if (name && name != rest && name[1]) {
    *name++ = 0;
    uint64_t folder = observe_hash(base, rest);
    uint64_t writes = observe_writes();
    struct walk *known = take_walk(folder);
    if (known && known->folder == folder && known->writes == writes + 1) {
      strcpy(at, known->at);
      give_walks();
    } else {
      if (known) give_walks();
      walk(at, rest, target);
      int whole = !rest[0];
      if (whole && (known = take_walk(folder))) {
        known->folder = folder;
        known->writes = writes + 1; /* none is 0 */
        strcpy(known->at, at);
        give_walks();
      }
      if (!whole) {
        errno = error;
        return;
      }
    }
    strcpy(rest, strrchr(path, '/') + 1);
  }
  walk(at, rest, target);
  errno = error;
}

EXPORT char *realpath(const char *path, char *to) {
  char *result = NEXT(realpath)(path, to);
  walked(path);
  return result;
}
char *__realpath_chk(const char *path, char *to, size_t room);
EXPORT char *__realpath_chk(const char *path, char *to, size_t room) {
  char *result = NEXT(__realpath_chk)(path, to, room);
  walked(path);
  return result;
}
EXPORT char *canonicalize_file_name(const char *path) {
  char *result = NEXT(canonicalize_file_name)(path);
  walked(path);
  return result;
}

/* Going elsewhere. */

EXPORT int chdir(const char *path) {
  if (observe_is_null(path)) return NEXT(chdir)(path);
  ROOM(room);
  struct text text = {observe_base(AT_FDCWD, path, room), path};
  struct record *record = observe_begin(KIND_CHDIR, FLAG_LOOKED, 0, &text, 1);
  int result = NEXT(chdir)(path);
  int error = error_of(result);
  observe_done(record, error);
  if (!result) observe_entered();
  if (error) errno = error;
  return result;
}

EXPORT int fchdir(int descriptor) {
  ROOM(room);
  struct text text = {NULL, observe_descriptor(descriptor, room)};
  struct record *record = observe_begin(KIND_CHDIR, 0, 0, &text, 1);
  int result = NEXT(fchdir)(descriptor);
  int error = error_of(result);
  observe_done(record, error);
  if (!result) observe_entered();
  if (error) errno = error;
  return result;
}

/* Changing. Told before, so that a killed process can't hide it. */

static struct record *changes(int flags, int folder, const char *path) {
  ROOM(room);
  struct text text = {path ? observe_base(folder, path, room) : NULL, path ? path : observe_descriptor(folder, room)};
  return observe_begin(KIND_CHANGE, flags, 0, &text, 1);
}

static int changed(struct record *record, int result) {
  int error = error_of(result);
  observe_done(record, error);
  if (error) errno = error;
  return result;
}

#define CHANGE(flag, name, parameters, arguments)                                                               \
  EXPORT int name parameters {                                                                                         \
    struct record *record = changes(flag, AT_FDCWD, path);                                                      \
    return changed(record, NEXT(name) arguments);                                                                      \
  }

#define CHANGE_AT(flag, name, parameters, arguments)                                                            \
  EXPORT int name parameters {                                                                                         \
    struct record *record = changes(flag, folder, path);                                                        \
    return changed(record, NEXT(name) arguments);                                                                      \
  }

#define CHANGE_DESCRIPTOR(name, parameters, arguments)                                                                 \
  EXPORT int name parameters {                                                                                         \
    struct record *record = changes(FLAG_ATTRIBUTES, descriptor, NULL);                                                              \
    return changed(record, NEXT(name) arguments);                                                                      \
  }

CHANGE(0, unlink, (const char *path), (path))
CHANGE(FLAG_FOLDER, rmdir, (const char *path), (path))
CHANGE(0, mkdir, (const char *path, mode_t mode), (path, mode))
CHANGE(0, mknod, (const char *path, mode_t mode, dev_t device), (path, mode, device))
CHANGE(0, mkfifo, (const char *path, mode_t mode), (path, mode))
CHANGE(FLAG_ATTRIBUTES, truncate, (const char *path, off_t length), (path, length))
SAME(truncate64, truncate)
CHANGE(FLAG_ATTRIBUTES, chmod, (const char *path, mode_t mode), (path, mode))
CHANGE(FLAG_ATTRIBUTES, lchmod, (const char *path, mode_t mode), (path, mode))
CHANGE(FLAG_ATTRIBUTES, chown, (const char *path, uid_t owner, gid_t group), (path, owner, group))
CHANGE(FLAG_ATTRIBUTES, lchown, (const char *path, uid_t owner, gid_t group), (path, owner, group))
CHANGE(FLAG_ATTRIBUTES, utime, (const char *path, const struct utimbuf *times), (path, times))
CHANGE(FLAG_ATTRIBUTES, utimes, (const char *path, const struct timeval times[2]), (path, times))
CHANGE(FLAG_ATTRIBUTES, lutimes, (const char *path, const struct timeval times[2]), (path, times))
CHANGE(FLAG_ATTRIBUTES, setxattr, (const char *path, const char *name, const void *value, size_t size, int flags),
       (path, name, value, size, flags))
CHANGE(FLAG_ATTRIBUTES, lsetxattr, (const char *path, const char *name, const void *value, size_t size, int flags),
       (path, name, value, size, flags))
CHANGE(FLAG_ATTRIBUTES, removexattr, (const char *path, const char *name), (path, name))
CHANGE(FLAG_ATTRIBUTES, lremovexattr, (const char *path, const char *name), (path, name))
int __xmknod(int version, const char *path, mode_t mode, dev_t *device);
CHANGE(0, __xmknod, (int version, const char *path, mode_t mode, dev_t *device), (version, path, mode, device))

int __xmknodat(int version, int folder, const char *path, mode_t mode, dev_t *device);
CHANGE_AT(0, __xmknodat, (int version, int folder, const char *path, mode_t mode, dev_t *device),
          (version, folder, path, mode, device))
CHANGE_AT(flags & AT_REMOVEDIR ? FLAG_FOLDER : 0, unlinkat, (int folder, const char *path, int flags),
          (folder, path, flags))
CHANGE_AT(0, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
CHANGE_AT(0, mknodat, (int folder, const char *path, mode_t mode, dev_t device), (folder, path, mode, device))
CHANGE_AT(0, mkfifoat, (int folder, const char *path, mode_t mode), (folder, path, mode))
CHANGE_AT(FLAG_ATTRIBUTES, fchmodat, (int folder, const char *path, mode_t mode, int flags), (folder, path, mode, flags))
CHANGE_AT(FLAG_ATTRIBUTES, fchownat, (int folder, const char *path, uid_t owner, gid_t group, int flags),
          (folder, path, owner, group, flags))
CHANGE_AT(FLAG_ATTRIBUTES, futimesat, (int folder, const char *path, const struct timeval times[2]), (folder, path, times))
CHANGE_AT(FLAG_ATTRIBUTES, utimensat, (int folder, const char *path, const struct timespec times[2], int flags),
          (folder, path, times, flags))

CHANGE_DESCRIPTOR(fsetxattr, (int descriptor, const char *name, const void *value, size_t size, int flags),
                  (descriptor, name, value, size, flags))
CHANGE_DESCRIPTOR(fremovexattr, (int descriptor, const char *name), (descriptor, name))
CHANGE_DESCRIPTOR(fchmod, (int descriptor, mode_t mode), (descriptor, mode))
CHANGE_DESCRIPTOR(fchown, (int descriptor, uid_t owner, gid_t group), (descriptor, owner, group))
CHANGE_DESCRIPTOR(ftruncate, (int descriptor, off_t length), (descriptor, length))
SAME(ftruncate64, ftruncate)
CHANGE_DESCRIPTOR(futimens, (int descriptor, const struct timespec times[2]), (descriptor, times))
CHANGE_DESCRIPTOR(futimes, (int descriptor, const struct timeval times[2]), (descriptor, times))

/* A file or an empty folder. */
EXPORT int remove(const char *path) {
  struct record *record = changes(FLAG_FOLDER, AT_FDCWD, path);
  return changed(record, NEXT(remove)(path));
}

static struct record *moves(int flags, int from_folder, const char *from, int to_folder, const char *to) {
  ROOM(room);
  ROOM(other);
  struct text texts[] = {{observe_base(from_folder, from, room), from}, {observe_base(to_folder, to, other), to}};
  return observe_begin(KIND_MOVE, flags, 0, texts, 2);
}

EXPORT int rename(const char *from, const char *to) {
  struct record *record = moves(0, AT_FDCWD, from, AT_FDCWD, to);
  return changed(record, NEXT(rename)(from, to));
}

EXPORT int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  struct record *record = moves(0, from_folder, from, to_folder, to);
  return changed(record, NEXT(renameat)(from_folder, from, to_folder, to));
}

EXPORT int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  struct record *record = moves(flags & RENAME_EXCHANGE ? FLAG_EXCHANGE : 0, from_folder, from, to_folder, to);
  return changed(record, NEXT(renameat2)(from_folder, from, to_folder, to, flags));
}

EXPORT int link(const char *from, const char *to) {
  struct record *record = moves(FLAG_LINK, AT_FDCWD, from, AT_FDCWD, to);
  return changed(record, NEXT(link)(from, to));
}

EXPORT int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  struct record *record = moves(FLAG_LINK, from_folder, from, to_folder, to);
  return changed(record, NEXT(linkat)(from_folder, from, to_folder, to, flags));
}

EXPORT int symlinkat(const char *target, int folder, const char *path) {
  ROOM(room);
  struct text texts[] = {{NULL, target}, {observe_base(folder, path, room), path}};
  struct record *record = observe_begin(KIND_SYMLINK, 0, 0, texts, 2);
  return changed(record, NEXT(symlinkat)(target, folder, path));
}

EXPORT int symlink(const char *target, const char *path) {
  ROOM(room);
  struct text texts[] = {{NULL, target}, {observe_base(AT_FDCWD, path, room), path}};
  struct record *record = observe_begin(KIND_SYMLINK, 0, 0, texts, 2);
  return changed(record, NEXT(symlink)(target, path));
}

/* The kernel, and other processes. */

EXPORT int uname(struct utsname *to) {
  observe_tell(KIND_KERNEL, 0, 0, 0, NULL, 0);
  return NEXT(uname)(to);
}

EXPORT int socket(int domain, int type, int protocol) {
  int result = NEXT(socket)(domain, type, protocol);
  if (result >= 0 && (domain == AF_INET || domain == AF_INET6)) observe_tell(KIND_NETWORK, 0, 0, 0, NULL, 0);
  return result;
}

/* The path of a socket's address; "" for one without. */
static void socket_path(const struct sockaddr *address, socklen_t length, char *path, size_t room) {
  size_t most = length - offsetof(struct sockaddr_un, sun_path);
  memset(path, 0, room);
  if (address && length > offsetof(struct sockaddr_un, sun_path) && address->sa_family == AF_UNIX && most < room)
    memcpy(path, ((const struct sockaddr_un *)address)->sun_path, most);
}

EXPORT int connect(int descriptor, const struct sockaddr *address, socklen_t length) {
  int result = NEXT(connect)(descriptor, address, length);
  int error = errno;
  if (address && address->sa_family == AF_UNIX) {
    char path[sizeof((struct sockaddr_un *)0)->sun_path + 1];
    socket_path(address, length, path, sizeof path);
    ROOM(room);
    struct text text = {path[0] ? observe_base(AT_FDCWD, path, room) : NULL, path};
    if (path[0]) observe_look(KIND_LOOK, AT_FDCWD, path);
    if (result == 0 || error == EINPROGRESS) observe_tell(KIND_CONNECT, 0, 0, 0, &text, 1);
  }
  errno = error;
  return result;
}

EXPORT int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
  char path[sizeof((struct sockaddr_un *)0)->sun_path + 1];
  socket_path(address, length, path, sizeof path);
  if (!path[0]) return NEXT(bind)(descriptor, address, length);
  struct record *record = changes(0, AT_FDCWD, path);
  return changed(record, NEXT(bind)(descriptor, address, length));
}

EXPORT ssize_t sendto(
    int descriptor, const void *from, size_t size, int flags, const struct sockaddr *address, socklen_t length) {
  char path[sizeof((struct sockaddr_un *)0)->sun_path + 1];
  socket_path(address, length, path, sizeof path);
  if (path[0]) observe_escape("sent something to a socket by its path");
  return NEXT(sendto)(descriptor, from, size, flags, address, length);
}

EXPORT ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
  char path[sizeof((struct sockaddr_un *)0)->sun_path + 1] = "";
  if (message) socket_path(message->msg_name, message->msg_namelen, path, sizeof path);
  if (path[0]) observe_escape("sent something to a socket by its path");
  return NEXT(sendmsg)(descriptor, message, flags);
}

/* Messages: only whether there were any. What streams write is seen at the end, see observe_end. */

EXPORT ssize_t write(int descriptor, const void *from, size_t size) {
  if (descriptor == 1 || descriptor == 2) observe_spoke(descriptor);
  return NEXT(write)(descriptor, from, size);
}

struct iovec;
ssize_t writev(int descriptor, const struct iovec *parts, int count);
EXPORT ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  if (descriptor == 1 || descriptor == 2) observe_spoke(descriptor);
  return NEXT(writev)(descriptor, parts, count);
}

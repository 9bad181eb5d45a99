/* Processes: how they begin, what they start, and how they end. */
#include "observe.h"

#include <alloca.h>
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char **environ;

/* The environment. The library keeps itself out of sight: what programs see has no trace of it, what they start has it
 * again, behind what they asked for themselves. */

#define PRELOAD "LD_PRELOAD="

static int is_preload(const char *variable) { return !strncmp(variable, PRELOAD, sizeof PRELOAD - 1); }

static void hide(void) {
  size_t own = strlen(observe_library);
  for (char **variable = environ; variable && *variable; variable++) {
    if (!is_preload(*variable)) continue;
    char *value = *variable + sizeof PRELOAD - 1;
    char *at = strstr(value, observe_library);
    if (!at || (at[own] && at[own] != ':')) return;
    if (at == value && !at[own]) {
      for (char **rest = variable; (rest[0] = rest[1]); rest++) {}
      return;
    }
    /* In place: the text is this process's own. */
    char *end = at[own] ? at + own + 1 : at + own;
    if (!at[own] && at > value) at--;
    memmove(at, end, strlen(end) + 1);
    return;
  }
}

/* Bytes that the new environment needs on the stack, and the environment. */
static size_t room_of(char *const *given, size_t *count) {
  size_t room = sizeof PRELOAD + strlen(observe_library) + 1;
  *count = 0;
  for (char *const *variable = given; variable && *variable; variable++, ++*count)
    if (is_preload(*variable)) room += strlen(*variable);
  return room + (*count + 2) * sizeof(char *);
}

static char **armed(char *const *given, size_t count, char *room) {
  char **to = (char **)room;
  char *text = room + (count + 2) * sizeof(char *);
  const char *before = NULL;
  size_t n = 0;
  for (size_t i = 0; i < count; i++) {
    if (is_preload(given[i]))
      before = given[i] + sizeof PRELOAD - 1;
    else
      to[n++] = given[i];
  }
  to[n++] = text;
  text = stpcpy(text, PRELOAD);
  if (before && *before) {
    text = stpcpy(text, before);
    *text++ = ':';
  }
  strcpy(text, observe_library);
  to[n] = NULL;
  return to;
}

static int traces_libraries(char *const *environment) {
  for (char *const *variable = environment; variable && *variable; variable++)
    if (!strncmp(*variable, "LD_TRACE_LOADED_OBJECTS=", 24)) return 1;
  return 0;
}

static ssize_t read_at(int descriptor, void *to, size_t size, off_t offset) {
  return observe_call(SYS_pread64, descriptor, (long)to, (long)size, offset, 0, 0);
}

/* Whether an ELF program has the C library's own loader, which loads the library too: a static one would only hand the
 * variable on, and hide itself behind what it becomes. */
static int has_loader(int descriptor, const Elf64_Ehdr *elf) {
  if (elf->e_ident[EI_CLASS] != ELFCLASS64 || elf->e_machine != EM_X86_64) return 0;
  for (int i = 0; i < elf->e_phnum; i++) {
    Elf64_Phdr program;
    if (read_at(descriptor, &program, sizeof program, (off_t)(elf->e_phoff + (size_t)i * sizeof program)) !=
        sizeof program)
      return 0;
    if (program.p_type != PT_INTERP) continue;
    char name[64] = "";
    ssize_t n = read_at(descriptor, name, sizeof name - 1, (off_t)program.p_offset);
    return n > 0 && strstr(name, "ld-linux") != NULL;
  }
  return 0;
}

/* The interpreter of a script (execve(2)); the kernel reads 256 bytes. */
static char *interpreter_of(char *head, ssize_t length) {
  if (length < 3 || head[0] != '#' || head[1] != '!') return NULL;
  head[length] = 0;
  char *name = head + 2;
  name += strspn(name, " \t");
  name[strcspn(name, " \t\n")] = 0;
  return name[0] ? name : NULL;
}

/* Whether the library can be loaded into a program: a 64-bit one of this machine with the C library's own loader, or a
 * script of such a one. What is not there or of another kind is left to the kernel. */
static int can_load(const char *path) {
  int error = errno;
  char head[257];
  char next[sizeof head];
  int can = 1;
  for (int depth = 0; path && depth < 6; depth++) {
    int descriptor = (int)observe_call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    path = NULL;
    if (descriptor < 0) break;
    ssize_t length = read_at(descriptor, head, sizeof head - 1, 0);
    if (length >= (ssize_t)sizeof(Elf64_Ehdr) && !memcmp(head, ELFMAG, SELFMAG)) {
      Elf64_Ehdr elf;
      memcpy(&elf, head, sizeof elf);
      can = has_loader(descriptor, &elf);
    } else if (length > 0) {
      char *interpreter = interpreter_of(head, length);
      if (interpreter) path = strcpy(next, interpreter);
    }
    observe_call(SYS_close, descriptor, 0, 0, 0, 0, 0);
  }
  errno = error;
  return can;
}

/* Starting programs. */

static struct record *starts(enum kind kind, const char *path, char *const *arguments) {
  ROOM(room);
  struct text text = {path[0] ? observe_base(AT_FDCWD, path, room) : NULL, path};
  return observe_begin_vector(kind, &text, 1, arguments);
}

#define ARMED(given)                                                                                                   \
  size_t variables;                                                                                                    \
  size_t room_size = room_of(given, &variables);                                                                       \
  char *room = alloca(room_size);                                                                                      \
  char **environment = armed(given, variables, room);

static int execute(const char *path, char *const *arguments, char *const *given) {
  if (!observe_ready() || observe_is_null(path)) return NEXT(execve)(path, arguments, given);
  ARMED(given)
  if (traces_libraries(given) || !can_load(path)) environment = (char **)given;
  observe_end();
  struct record *record = starts(KIND_EXEC, path, arguments);
  int result = NEXT(execve)(path, arguments, environment);
  int error = errno;
  observe_done(record, error);
  errno = error;
  return result;
}

EXPORT int execve(const char *path, char *const *arguments, char *const *environment) {
  return execute(path, arguments, environment);
}

EXPORT int execv(const char *path, char *const *arguments) { return execute(path, arguments, environ); }

/* Of a file that may have no name any more. */
EXPORT int fexecve(int descriptor, char *const *arguments, char *const *given) {
  if (!observe_ready()) return NEXT(fexecve)(descriptor, arguments, given);
  char path[PATH_MAX];
  ARMED(given)
  observe_descriptor(descriptor, path);
  if (traces_libraries(given) || !can_load(path)) environment = (char **)given;
  observe_end();
  struct record *record = starts(KIND_EXEC, path, arguments);
  int result = NEXT(fexecve)(descriptor, arguments, environment);
  int error = errno;
  observe_done(record, error);
  errno = error;
  return result;
}

EXPORT int execveat(int folder, const char *path, char *const *arguments, char *const *environment, int flags) {
  char room[PATH_MAX];
  if (!path[0] && (flags & AT_EMPTY_PATH)) return fexecve(folder, arguments, environment);
  const char *base = observe_base(folder, path, room);
  char whole[PATH_MAX];
  if (!base) return execute(path, arguments, environment);
  if (strlen(base) + strlen(path) + 2 > sizeof whole) {
    errno = ENAMETOOLONG;
    return -1;
  }
  stpcpy(stpcpy(stpcpy(whole, base), "/"), path);
  return execute(whole, arguments, environment);
}

static const char *search_path(void) {
  for (char **variable = environ; variable && *variable; variable++)
    if (!strncmp(*variable, "PATH=", 5)) return *variable + 5;
  return "/bin:/usr/bin";
}

/* As a shell does: the C library's own search would not be seen. */
static int search(const char *file, char *const *arguments, char *const *environment) {
  if (observe_is_null(file)) return execute(file, arguments, environment);
  if (strchr(file, '/')) {
    int result = execute(file, arguments, environment);
    if (errno != ENOEXEC) return result;
  }
  const char *path = search_path();
  int denied = 0;
  char whole[PATH_MAX + NAME_MAX + 2];
  if (strchr(file, '/')) {
    if (strlen(file) >= sizeof whole) {
      errno = ENAMETOOLONG;
      return -1;
    }
    strcpy(whole, file);
    goto script;
  }
  if (!*file || strlen(file) > NAME_MAX) {
    errno = *file ? ENAMETOOLONG : ENOENT;
    return -1;
  }
  for (const char *at = path;; at++) {
    const char *end = strchrnul(at, ':');
    size_t length = (size_t)(end - at);
    if (length < PATH_MAX) {
      memcpy(whole, at, length);
      if (length) whole[length++] = '/';
      strcpy(whole + length, file);
      execute(whole, arguments, environment);
      if (errno == ENOEXEC) goto script;
      if (errno == EACCES)
        denied = 1;
      else if (errno != ENOENT && errno != ESTALE && errno != ENOTDIR && errno != ENODEV && errno != ETIMEDOUT)
        return -1;
    }
    at = end;
    if (!*at) break;
  }
  if (denied) errno = EACCES;
  return -1;
script:;
  size_t count = 0;
  while (arguments[count]) count++;
  const char **shell = alloca((count + 3) * sizeof *shell);
  shell[0] = "/bin/sh";
  shell[1] = whole;
  for (size_t i = 1; i <= count; i++) shell[i + 1] = arguments[i];
  if (!count) shell[2] = NULL;
  return execute("/bin/sh", (char *const *)shell, environment);
}

EXPORT int execvp(const char *file, char *const *arguments) { return search(file, arguments, environ); }
EXPORT int execvpe(const char *file, char *const *arguments, char *const *environment) {
  return search(file, arguments, environment);
}

#define GATHER(first)                                                                                                  \
  va_list more;                                                                                                        \
  va_start(more, first);                                                                                               \
  size_t count = 1;                                                                                                    \
  while (va_arg(more, const char *)) count++;                                                                          \
  va_end(more);                                                                                                        \
  const char **arguments = alloca((count + 1) * sizeof *arguments);                                                    \
  va_start(more, first);                                                                                               \
  arguments[0] = first;                                                                                                \
  for (size_t i = 1; i <= count; i++) arguments[i] = va_arg(more, const char *);

EXPORT int execl(const char *path, const char *first, ...) {
  GATHER(first)
  va_end(more);
  return execute(path, (char *const *)arguments, environ);
}

EXPORT int execlp(const char *file, const char *first, ...) {
  GATHER(first)
  va_end(more);
  return search(file, (char *const *)arguments, environ);
}

EXPORT int execle(const char *path, const char *first, ...) {
  GATHER(first)
  char *const *environment = va_arg(more, char *const *);
  va_end(more);
  return execute(path, (char *const *)arguments, environment);
}

typedef int spawning(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
                     char *const *, char *const *);

static int spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const *arguments, char *const *given) {
  spawning *next = NEXT(posix_spawn);
  if (!observe_ready()) return next(child, path, actions, attributes, arguments, given);
  ARMED(given)
  if (traces_libraries(given) || !can_load(path)) environment = (char **)given;
  struct record *record = starts(KIND_SPAWN, path, arguments);
  pid_t own = 0;
  int error = next(&own, path, actions, attributes, arguments, environment);
  observe_done(record, error ? -error : own);
  if (child && !error) *child = own;
  return error;
}

EXPORT int posix_spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment) {
  return spawn(child, path, actions, attributes, arguments, environment);
}

EXPORT int posix_spawnp(pid_t *child, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const *arguments, char *const *environment) {
  if (strchr(file, '/')) return spawn(child, file, actions, attributes, arguments, environment);
  const char *path = search_path();
  int denied = 0;
  char whole[PATH_MAX + NAME_MAX + 2];
  if (!*file || strlen(file) > NAME_MAX) return *file ? ENAMETOOLONG : ENOENT;
  for (const char *at = path;; at++) {
    const char *end = strchrnul(at, ':');
    size_t length = (size_t)(end - at);
    if (length < PATH_MAX) {
      memcpy(whole, at, length);
      if (length) whole[length++] = '/';
      strcpy(whole + length, file);
      int error = spawn(child, whole, actions, attributes, arguments, environment);
      if (error == EACCES)
        denied = 1;
      else if (error != ENOENT && error != ESTALE && error != ENOTDIR && error != ENODEV && error != ETIMEDOUT)
        return error;
    }
    at = end;
    if (!*at) break;
  }
  return denied ? EACCES : ENOENT;
}

/* Files that the child will open, told of the parent; a relative name may be in another folder by then. */
EXPORT int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *actions, int descriptor, const char *path,
                                            int flags, mode_t mode) {
  struct text texts[] = {{NULL, path}, {NULL, ""}};
  if ((flags & (O_ACCMODE | O_CREAT | O_TRUNC)) && strncmp(path, "/dev/", 5))
    observe_escape("gave a program that it started a file to write to");
  else if (path[0] == '/')
    observe_tell(KIND_OPEN, 0, 0, flags, texts, 2);
  else
    observe_escape("gave a program that it started a file by a relative name");
  return NEXT(posix_spawn_file_actions_addopen)(actions, descriptor, path, flags, mode);
}

/* The shell is started within the C library, with the environment that it finds in environ. */
static struct record *shell(const char *command, char ***before, char **environment) {
  const char *arguments[] = {"sh", "-c", command, NULL};
  struct record *record = starts(KIND_SPAWN, "/bin/sh", (char *const *)arguments);
  *before = environ;
  environ = environment;
  return record;
}

EXPORT int system(const char *command) {
  if (!command || !observe_ready()) return NEXT(system)(command);
  ARMED(environ)
  char **before;
  struct record *record = shell(command, &before, environment);
  int result = NEXT(system)(command);
  int error = errno;
  environ = before;
  observe_done(record, 0);
  errno = error;
  return result;
}

EXPORT FILE *popen(const char *command, const char *mode) {
  if (!observe_ready()) return NEXT(popen)(command, mode);
  ARMED(environ)
  char **before;
  struct record *record = shell(command, &before, environment);
  FILE *result = NEXT(popen)(command, mode);
  int error = errno;
  environ = before;
  observe_done(record, result ? 0 : -error);
  errno = error;
  return result;
}

/* Forking. The record stands before all that the child does; parent and child both write the child's number. */

EXPORT pid_t fork(void) {
  struct record *record = observe_begin(KIND_FORK, 0, 0, NULL, 0);
  pid_t child = NEXT(fork)();
  int error = errno;
  if (child == 0) {
    observe_forked();
    observe_done(record, getpid());
  } else {
    observe_done(record, child);
  }
  errno = error;
  return child;
}

pid_t __fork(void);
EXPORT pid_t __fork(void) { return fork(); }

pid_t _Fork(void);
EXPORT pid_t _Fork(void) {
  struct record *record = observe_begin(KIND_FORK, 0, 0, NULL, 0);
  pid_t child = NEXT(_Fork)();
  int error = errno;
  if (child == 0) observe_forked();
  observe_done(record, child == 0 ? getpid() : child);
  errno = error;
  return child;
}

__attribute__((used, visibility("hidden"))) struct record *observe_before_vfork(void) {
  struct record *record = observe_begin(KIND_FORK, 0, 0, NULL, 0);
  observe_vforks(1);
  return record;
}

__attribute__((used, visibility("hidden"))) long observe_after_vfork(struct record *record, long child) {
  if (child) observe_vforks(-1);
  if (child < 0) {
    observe_done(record, -1);
    errno = (int)-child;
    return -1;
  }
  observe_done(record, child ? (int)child : (int)observe_call(SYS_getpid, 0, 0, 0, 0, 0, 0));
  return child;
}

/* The child runs on its parent's stack: the address to return to waits in a register. */
__asm__(".text\n"
        ".globl vfork\n"
        ".type vfork,@function\n"
        "vfork:\n"
        "  subq $8, %rsp\n"
        "  call observe_before_vfork\n"
        "  addq $8, %rsp\n"
        "  movq %rax, %rdx\n"
        "  popq %rsi\n"
        "  movl $58, %eax\n" /* SYS_vfork */
        "  syscall\n"
        "  pushq %rsi\n"
        "  movq %rdx, %rdi\n"
        "  movq %rax, %rsi\n"
        "  jmp observe_after_vfork\n"
        ".size vfork, .-vfork\n");

EXPORT int daemon(int stay, int open) {
  observe_escape("made itself a daemon");
  return NEXT(daemon)(stay, open);
}

EXPORT int clone(int (*start)(void *), void *stack, int flags, void *argument, ...) {
  va_list more;
  va_start(more, argument);
  pid_t *parent = va_arg(more, pid_t *);
  void *tls = va_arg(more, void *);
  pid_t *child = va_arg(more, pid_t *);
  va_end(more);
  if (!(flags & CLONE_THREAD)) observe_escape("started a process by clone");
  return NEXT(clone)(start, stack, flags, argument, parent, tls, child);
}

__asm__(".globl __clone\n.set __clone, clone\n");

/* Ends. */

static void reaped(pid_t child, int status) {
  if (child > 0) observe_tell(KIND_REAPED, 0, child, status, NULL, 0);
}

EXPORT pid_t wait(int *status) {
  int own = 0;
  pid_t child = NEXT(wait)(&own);
  reaped(child, own);
  if (status && child > 0) *status = own;
  return child;
}

EXPORT pid_t waitpid(pid_t which, int *status, int options) {
  int own = 0;
  pid_t child = NEXT(waitpid)(which, &own, options);
  reaped(child, own);
  if (status && child > 0) *status = own;
  return child;
}

EXPORT pid_t wait3(int *status, int options, struct rusage *usage) {
  int own = 0;
  pid_t child = NEXT(wait3)(&own, options, usage);
  reaped(child, own);
  if (status && child > 0) *status = own;
  return child;
}

EXPORT pid_t wait4(pid_t which, int *status, int options, struct rusage *usage) {
  int own = 0;
  pid_t child = NEXT(wait4)(which, &own, options, usage);
  reaped(child, own);
  if (status && child > 0) *status = own;
  return child;
}

EXPORT int waitid(idtype_t type, id_t which, siginfo_t *info, int options) {
  siginfo_t own = {0};
  siginfo_t *to = info ? info : &own;
  int result = NEXT(waitid)(type, which, to, options);
  if (result == 0 && (options & WEXITED) && !(options & WNOWAIT) &&
      (to->si_code == CLD_EXITED || to->si_code == CLD_KILLED || to->si_code == CLD_DUMPED))
    reaped(to->si_pid, to->si_code == CLD_EXITED ? (to->si_status & 0xff) << 8 : to->si_status & 0x7f);
  return result;
}

static int spoke;

void observe_spoke(int descriptor) {
  (void)descriptor;
  if (spoke) return;
  spoke = 1;
  observe_tell(KIND_SPOKE, 0, 0, 0, NULL, 0);
}

/* Streams are written within the C library; one that was ever written to says so. */
static int has_spoken(FILE *stream) { return stream && (stream->_flags & 0x800) != 0; }

/* Libraries that the C library loaded for itself are told, but by a child of vfork, whose parent will. In a forked process
 * another thread may have held the loader's lock for ever: it asks only if it has reason to. */
void observe_end(void) {
  if (observe_is_home() && (!observe_is_forked() || observe_has_loaded())) observe_new_libraries();
  if (!spoke && (has_spoken(stdout) || has_spoken(stderr))) observe_spoke(1);
}

static void ended(void) {
  observe_end();
  observe_tell(KIND_END, 0, 0, 0, NULL, 0);
}

EXPORT void _exit(int status) {
  ended();
  for (;;) observe_call(SYS_exit_group, status, 0, 0, 0, 0, 0);
}
EXPORT void _Exit(int status) { _exit(status); }

EXPORT void quick_exit(int status) {
  observe_end();
  NEXT(quick_exit)(status);
  __builtin_unreachable();
}

/* What the loader loaded: of each file its path, where it tells the loader to look for libraries, and whether code that
 * only this build has seen may enter the kernel by itself. */

#define MOST_AT_ONCE 32
#define TEXTS 3
#define MOST_ARGUMENTS 4

static int has_sanitizer;

struct libraries {
  struct text texts[TEXTS * MOST_AT_ONCE];
  char *program;
  const char *folder;
  int count;
  int closed;
};

static void tell_libraries(struct libraries *libraries) {
  if (libraries->count) observe_tell(KIND_LIBRARY, 0, 0, 0, libraries->texts, TEXTS * libraries->count);
  libraries->count = 0;
}

#ifndef DT_AUDIT
#define DT_AUDIT 0x6ffffefc
#define DT_DEPAUDIT 0x6ffffefb
#endif

/* DT_RUNPATH, else DT_RPATH. The loader has made addresses of some of the offsets in place. */
static const char *run_path(const struct dl_phdr_info *info) {
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const char *strings = NULL;
    ElfW(Addr) path = 0;
    int has_path = 0;
    for (const ElfW(Dyn) *at = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr); at->d_tag; at++) {
      if (at->d_tag == DT_STRTAB)
        strings = (const char *)(at->d_un.d_ptr < info->dlpi_addr ? info->dlpi_addr + at->d_un.d_ptr : at->d_un.d_ptr);
      if (at->d_tag == DT_RUNPATH || (at->d_tag == DT_RPATH && !has_path)) {
        has_path = 1;
        path = at->d_un.d_val;
      }
      if (at->d_tag == DT_AUXILIARY || at->d_tag == DT_FILTER || at->d_tag == DT_AUDIT || at->d_tag == DT_DEPAUDIT)
        observe_escape("has libraries that filter or watch others, which are not followed");
    }
    if (strings && has_path) return strings + path;
  }
  return "";
}

/* Whether the bytes of syscall, sysenter or int 0x80 stand in it anywhere. */
static int may_enter_kernel(const struct dl_phdr_info *info) {
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    if (!(part->p_flags & PF_R)) return 1;
    const unsigned char *code = (const unsigned char *)(info->dlpi_addr + part->p_vaddr);
    for (size_t at = 0; at + 1 < part->p_filesz; at++) {
      if (code[at] == 0x0f && (code[at + 1] == 0x05 || code[at + 1] == 0x34)) return 1;
      if (code[at] == 0xcd && code[at + 1] == 0x80) return 1;
    }
  }
  return 0;
}

/* "-" if its code, which may be gone later, does not enter the kernel; "?" if it may; "" if the file is not the build's
 * to make, so that it can be looked at afterwards. */
static const char *judge(const struct dl_phdr_info *info, const char *path) {
  if (!strncmp(path, "/usr/", 5) || !strncmp(path, "/lib", 4)) return "";
  if (observe_call(SYS_faccessat, AT_FDCWD, (long)path, W_OK, 0, 0, 0) == -EROFS) return "";
  return may_enter_kernel(info) ? "?" : "-";
}

static int collect(struct dl_phdr_info *info, size_t size, void *into) {
  struct libraries *libraries = into;
  static unsigned long long opened;
  if (size >= offsetof(struct dl_phdr_info, dlpi_subs) + sizeof info->dlpi_subs && info->dlpi_adds != opened) {
    opened = info->dlpi_adds;
    if (info->dlpi_subs) libraries->closed = 1;
  }
  const char *path = info->dlpi_name;
  if (path && !path[0] && !libraries->program[0]) {
    /* The program comes first, without a name. */
    long length = observe_call(SYS_readlink, (long)"/proc/self/exe", (long)libraries->program, PATH_MAX - 1, 0, 0, 0);
    if (length < 0) return 0;
    libraries->program[length] = 0;
    path = libraries->program;
    const char *name = strrchr(path, '/');
    if (name && (!strncmp(name, "/ld-linux", 9) || !strncmp(name, "/ld-2.", 6) || !strncmp(name, "/ld.so", 6)) && observe_is_new_library("", "/the loader"))
      observe_escape("was started by its loader, which hides its path");
  }
  /* Without a slash it is the kernel's own. */
  if (!path || !strchr(path, '/') || !strcmp(path, observe_library)) return 0;
  /* Where some were closed and others opened since, a file of the build may be another one by now. */
  int is_new = observe_is_new_library(libraries->folder, path);
  if (!is_new && !libraries->closed) return 0;
  const char *verdict = judge(info, path);
  if (!is_new && !verdict[0]) return 0;
  struct text *texts = &libraries->texts[TEXTS * libraries->count++];
  texts[0] = (struct text){path[0] == '/' ? NULL : libraries->folder, path};
  texts[1] = (struct text){NULL, run_path(info)};
  texts[2] = (struct text){NULL, verdict};
  if (libraries->count == MOST_AT_ONCE) tell_libraries(libraries);
  return 0;
}

/* A sanitizer wants to be the first library: ours is not told to whoever asks in such a program. */
struct asked {
  int (*callback)(struct dl_phdr_info *, size_t, void *);
  void *data;
};

static int is_sanitized(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  (void)data;
  const char *name = info->dlpi_name ? strrchr(info->dlpi_name, '/') : NULL;
  if (name && (!strncmp(name, "/libasan", 8) || !strncmp(name, "/libclang_rt.asan", 17))) has_sanitizer = 1;
  return 0;
}

static int without_us(struct dl_phdr_info *info, size_t size, void *data) {
  struct asked *asked = data;
  if (info->dlpi_name && !strcmp(info->dlpi_name, observe_library)) return 0;
  return asked->callback(info, size, asked->data);
}

EXPORT int dl_iterate_phdr(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data) {
  struct asked asked = {callback, data};
  static int looked;
  if (!looked) {
    /* Before its own constructor: the sanitizer asks in one of the first. */
    looked = 1;
    observe_ready();
    NEXT(dl_iterate_phdr)(is_sanitized, NULL);
  }
  if (has_sanitizer) return NEXT(dl_iterate_phdr)(without_us, &asked);
  return NEXT(dl_iterate_phdr)(callback, data);
}

void observe_new_libraries(void) {
  struct libraries libraries;
  libraries.count = 0;
  libraries.closed = 0;
  ROOM(program);
  ROOM(folder);
  program[0] = 0;
  libraries.program = program;
  libraries.folder = observe_folder(folder);
  NEXT(dl_iterate_phdr)(collect, &libraries);
  tell_libraries(&libraries);
}

void *observe_open_library(const char *path) {
  typedef void *loader(const char *, int);
  static loader *load;
  if (!load) load = (loader *)dlsym(RTLD_NEXT, "dlopen");
  return load(path, RTLD_LAZY | RTLD_NOLOAD);
}

/* Where the loader looked follows from the variable that the kernel gave the program: a library that begins before this one
 * may have taken it away. The kernel writes the variables behind the arguments, and the program's name behind both. */
static void heed_search_path(int count, char **arguments) {
  const char *end = (const char *)getauxval(AT_EXECFN);
  if (count < 1 || !end) return;
  for (const char *at = arguments[count - 1] + strlen(arguments[count - 1]) + 1; at < end; at += strlen(at) + 1) {
    if (strncmp(at, "LD_LIBRARY_PATH=", 16)) continue;
    char **variable = environ;
    while (variable && *variable && *variable != at) variable++;
    if (!variable || !*variable) observe_escape("changed where its libraries are looked for before it could be told");
  }
}

__attribute__((constructor(101))) static void begin(int count, char **arguments) {
  if (!observe_ready()) return;
  hide();
  observe_languages_begin();
  ROOM(folder);
  ROOM(output);
  ROOM(messages);
  struct text texts[3 + MOST_ARGUMENTS] = {{NULL, observe_folder(folder)},
                                           {NULL, observe_descriptor(1, output)},
                                           {NULL, observe_descriptor(2, messages)}};
  int all = count;
  if (count > MOST_ARGUMENTS) count = MOST_ARGUMENTS; /* the others stand in the record of who started it */
  for (int i = 0; i < count; i++) texts[3 + i] = (struct text){NULL, arguments[i]};
  observe_done(observe_begin_vector(KIND_START, texts, 3 + count, environ), getppid());
  heed_search_path(all, arguments);
  observe_new_libraries();
  observe_take_over(all, arguments);
}

__attribute__((destructor(101))) static void finish(void) {
  if (!observe_ready()) return;
  /* Those that the C library loaded for itself. */
  observe_new_libraries();
  ended();
}

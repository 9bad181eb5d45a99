package dev.cutoff.abi.dwarf;

import dev.cutoff.abi.MappedFile;
import dev.cutoff.abi.Tool;
import dev.cutoff.abi.elf.ElfFile;
import dev.cutoff.abi.elf.Section;
import dev.cutoff.abi.fingerprint.Binary;
import dev.cutoff.abi.fingerprint.Fingerprinter;
import dev.cutoff.abi.type.Surface;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sources, compiled in a folder, and the types that are read from them. */
final class Compiled {

    /** C with most of what C types are made of. */
    static final String C = """
            #include <stddef.h>
            struct opaque; union u { int i; double d; char c[8]; };
            enum color { RED, GREEN = 7, BLUE = -2 };
            typedef struct { unsigned a : 3, b : 7; long long c : 40; } bits_t;
            struct node { struct node *next; union u value; enum color color; bits_t bits; struct opaque *hidden;
              int (*call)(struct node *, const char *, ...); const volatile short *q; char name[3][5]; };
            typedef struct node node_t; typedef const node_t *node_ref;
            int walk(node_ref from, size_t most, struct opaque *o) { return from->color + (int) most + (o != 0); }
            double sum(const double *values, unsigned long count) { double s = 0; while (count--) s += values[count]; return s; }
            void each(node_t *n, void (*f)(node_t *, void *), void *data) { for (; n; n = n->next) f(n, data); }
            struct node table[4]; const char *const names[] = {"a", "b"}; _Bool flag; unsigned char byte; node_ref first;
            int variadic(const char *format, ...) { return format[0]; }
            """;

    static final String CXX = """
            namespace n { struct base { virtual ~base(); virtual int f(int); int b; };
            struct other { virtual void g() = 0; long o; };
            class derived : public base, public virtual other { public: derived(int); derived(const derived &); ~derived();
              int f(int) override; void g() override; static int count; template <class T> struct in { T t; in *self; };
              in<int> i; int derived::*m; enum class e : unsigned char { a, b } e_; };
            base::~base() {} int base::f(int x) { return x + b; } derived::derived(int x) { b = x; }
            derived::derived(const derived &d) : base(d), other(d) {} derived::~derived() {}
            int derived::f(int x) { return x; } void derived::g() {} int derived::count;
            inline namespace v1 { template <class T> T twice(T t) { return t + t; } template int twice<int>(int); }
            derived make(derived &&d, base &b, const other *o) { return derived(d.f(b.b) + (o != nullptr)); } }
            """;

    private final Path folder;

    Compiled(Path folder) {
        this.folder = folder;
    }

    Path compile(String name, String source, String... command) throws Exception {
        String file = name + (source.contains("namespace") ? ".cc" : ".c");
        Tool.write(folder, file, source);
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(file, "-o", name));
        run(words.toArray(String[]::new));
        return folder.resolve(name);
    }

    void run(String... command) throws Exception {
        Tool.run(folder, command);
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    static Surface types(Path file) throws Exception {
        return ((Binary) Fingerprinter.read(file)).types();
    }

    Surface types(String file) throws Exception {
        return types(folder.resolve(file));
    }

    /** Names of a file's sections. */
    List<String> sections(String file) throws Exception {
        return MappedFile.<List<String>>read(
                folder.resolve(file),
                bytes -> ElfFile.open(bytes).sections().stream()
                        .map(Section::name)
                        .toList());
    }

    static Surface without(Path file, int form) throws Exception {
        return MappedFile.<Surface>read(file, bytes -> {
            ElfFile elf = ElfFile.open(bytes);
            return new DwarfReader(elf, elf.exported(), DebugFiles.NONE, null, Forms.without(form)).read();
        });
    }

    /** Exact ids by symbol. */
    static Map<String, String> ids(Surface types) {
        Map<String, String> ids = new TreeMap<>();
        types.symbols()
                .forEach((symbol, node) ->
                        ids.put(symbol, types.exact().get(node).hex()));
        return ids;
    }
}

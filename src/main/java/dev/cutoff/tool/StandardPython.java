package dev.cutoff.tool;

import java.util.Set;
import java.util.stream.Collectors;

/** The modules of Python's standard library, from 3.8 to 3.13: which there are, and which of them list no folders. */
final class StandardPython {

    /** Earliest and latest minor version whose library was looked through. Others are not known. */
    static final int FIRST = 8;

    static final int LAST = 13;

    /** Every module of any of these versions, those of other systems and those within the interpreter included. */
    static final Set<String> MODULES = words("""
            __future__ __hello__ __phello__ _abc _aix_support _android_support _ast _asyncio _bisect _blake2
            _bootlocale _bootsubprocess _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp
            _codecs_kr _codecs_tw _collections _collections_abc _colorize _compat_pickle _compression
            _contextvars _crypt _csv _ctypes _ctypes_test _curses _curses_panel _datetime _dbm _decimal
            _dummy_thread _elementtree _frozen_importlib _frozen_importlib_external _functools _gdbm
            _hashlib _heapq _imp _interpchannels _interpqueues _interpreters _io _ios_support _json _locale
            _lsprof _lzma _markupbase _md5 _msi _multibytecodec _multiprocessing _opcode _opcode_metadata
            _operator _osx_support _overlapped _peg_parser _pickle _posixshmem _posixsubprocess _py_abc
            _pydatetime _pydecimal _pyio _pylong _pyrepl _queue _random _scproxy _sha1 _sha2 _sha256 _sha3
            _sha512 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime
            _struct _suggestions _symtable _sysconfig _testbuffer _testcapi _testclinic _testclinic_limited
            _testexternalinspection _testimportmultiple _testinternalcapi _testlimitedcapi _testmultiphase
            _testsinglephase _thread _threading_local _tkinter _tokenize _tracemalloc _typing _uuid
            _warnings _weakref _weakrefset _winapi _wmi _xxinterpchannels _xxsubinterpreters _xxtestfuzz
            _zoneinfo abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop
            base64 bdb binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code
            codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars
            copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils
            doctest dummy_threading email encodings ensurepip enum errno faulthandler fcntl filecmp
            fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass gettext
            glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect
            io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap
            marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt
            ntpath nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle
            pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd
            py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource
            rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib
            sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics
            string stringprep struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile
            telnetlib tempfile termios test textwrap this threading time timeit tkinter token tokenize
            tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest
            urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc
            xxlimited xxlimited_35 xxsubtype zipapp zipfile zipimport zlib zoneinfo
            """);

    /**
     * Modules, with all in them, that look at no folder's names for their caller, and import nothing by a name that a
     * caller can make up; but through words that {@link PythonCode} does not let pass.
     */
    private static final Set<String> WHOLE = words("""
            __future__ _thread abc argparse array ast atexit base64 binascii bisect builtins bz2 calendar cmath codecs
            collections colorsys configparser contextlib contextvars copy csv dataclasses datetime decimal difflib enum
            errno fcntl fnmatch fractions functools genericpath getopt gettext graphlib grp gzip hashlib heapq hmac html
            io ipaddress itertools json keyword linecache locale logging lzma math numbers operator os pathlib platform
            plistlib posixpath pprint pwd queue random re reprlib resource secrets shlex shutil signal stat statistics
            string stringprep struct subprocess sys sysconfig tempfile textwrap threading time token tokenize tomllib
            traceback types typing unicodedata warnings weakref zlib
            """);

    /** Parts of those that list folders or take names of modules from a file. */
    private static final Set<String> BUT = words("logging.handlers logging.config");

    /** Parts of packages of which other parts list folders. */
    private static final Set<String> PARTS =
            words("importlib.import_module importlib.metadata urllib.parse xml.dom.minidom xml.etree");

    /** Packages that hold nothing of the kind themselves. */
    private static final Set<String> BARE = words("importlib urllib xml xml.dom");

    /** Programs and games: nothing imports them that does not say so in its text. */
    private static final Set<String> ASIDE = words("__hello__ antigravity idlelib test this turtledemo");

    /** What the interpreter and libraries written in C may import, which can't be read: each module but a few. */
    static final Set<String> IMPORTED =
            MODULES.stream().filter(module -> !ASIDE.contains(module)).collect(Collectors.toUnmodifiableSet());

    private StandardPython() {}

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    /** Whether a version's library is one of those that were looked through. */
    static boolean isKnown(int minor) {
        return FIRST <= minor && minor <= LAST;
    }

    /**
     * Whether code that imports this can list no folder by it.
     *
     * @param target a module, or a name of one, with dots; {@code *} as last part for all names
     */
    static boolean isHarmless(String target) {
        if (!MODULES.contains(first(target))) {
            return true;
        }
        if (target.endsWith(".*")) {
            // Names that stand in no text.
            return false;
        }
        if (WHOLE.contains(first(target))) {
            return BUT.stream().noneMatch(part -> target.equals(part) || target.startsWith(part + "."));
        }
        return BARE.contains(target)
                || PARTS.stream().anyMatch(part -> target.equals(part) || target.startsWith(part + "."));
    }

    /** A module's name up to its first dot. */
    static String first(String target) {
        int dot = target.indexOf('.');
        return dot < 0 ? target : target.substring(0, dot);
    }
}

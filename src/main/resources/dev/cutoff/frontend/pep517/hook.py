"""Runs one hook of a build backend (PEP 517, 660) in the environment that this interpreter belongs to.

Its argument is a JSON object: hook, backend, path (folders that the backend is imported from), out (a folder), settings.
"""

import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback


class Names:
    """Names of temporary files that are the same each time, so that commands with them are the same, too."""

    def __init__(self):
        self.number = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.number += 1
        return f"cutoff{self.number}"


def backend_of(call):
    for folder in reversed(call["path"]):
        sys.path.insert(0, os.path.join(os.getcwd(), folder))
    module, _, attributes = call["backend"].partition(":")
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if not (module + ".").startswith((error.name or " ") + "."):
            raise
        sys.exit(f"{place('build-system', 'build-backend')}: there is no module {error.name}, which the backend "
                 f"{call['backend']} is imported from: does [build-system] require the package that has it?")
    if call["path"]:
        file = os.path.realpath(getattr(found, "__file__", None) or found.__path__[0])
        folders = [os.path.realpath(folder) + os.sep for folder in call["path"]]
        if not any(file.startswith(folder) for folder in folders):
            sys.exit(f"the backend {module} was found at {file}, which is not in backend-path")
    for attribute in filter(None, attributes.split(".")):
        if not hasattr(found, attribute):
            sys.exit(f"{place('build-system', 'build-backend')}: {module} has no {attribute}")
        found = getattr(found, attribute)
    return found


def place(table, key):
    """Where pyproject.toml says something, as far as its lines tell; tables within a line are not looked into."""
    inside = False
    try:
        with open("pyproject.toml", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                head = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line)
                if head:
                    inside = head.group(1) == table
                elif inside and re.match(r"\s*[\"']?" + re.escape(key) + r"[\"']?\s*[=.]", line):
                    return f"pyproject.toml:{number}"
    except (OSError, UnicodeDecodeError):
        pass
    return "pyproject.toml"


def at_fault(error):
    """What an error of a backend's says of pyproject.toml; None where it is about something else."""
    text = str(error).strip()
    if isinstance(error, (OSError, ImportError, SyntaxError, AttributeError, NameError, AssertionError)):
        return None
    key = re.search(r"\b(project|build-system|tool)((?:\.[A-Za-z0-9_-]+)+)", text)
    if not key and "pyproject.toml" not in text:
        return None
    if not key:
        return f"pyproject.toml: {text}"
    names = (key.group(1) + key.group(2)).split(".")
    if names[-1] in ("toml", "py"):
        return f"pyproject.toml: {text}"
    return f"{place('.'.join(names[:-1]), names[-1])}: {text}"


def told_by_git(folder):
    """Leaves what git says of the sources' commit where setuptools-scm looks in an unpacked archive of them."""
    told, target = os.path.join(folder, "git_archival.txt"), ".git_archival.txt"
    if not os.path.exists(told):
        return
    if os.path.exists(target):
        with open(target, encoding="utf-8") as file:
            # What git archive has not filled in.
            if "$Format" not in file.read():
                return
        os.remove(target)
    with open(told, encoding="utf-8") as file, open(target, "w", encoding="utf-8") as copy:
        copy.write(file.read())


class Calls:
    """What setuptools has made by compilers and linkers, each file by one call.

    Of an earlier build there is only left what that relied on nothing that has changed for (docs/environments.md). It stands where it
    is asked for in the same words. Setuptools itself would go by times, and not ask for what others words make otherwise.
    """

    FOLDER = ".cutoff-build/calls"

    def __init__(self, program):
        self.program = program
        self.left, self.claimed = {}, set()
        for name in sorted(os.listdir(self.FOLDER)) if os.path.isdir(self.FOLDER) else ():
            with open(os.path.join(self.FOLDER, name), encoding="utf-8") as file:
                words, made = file.read().splitlines()
            if os.path.exists(made):
                self.left[made] = words

    @staticmethod
    def made(command):
        """The file that a call makes; None where it may be another's, too."""
        outs = [at + 1 for at, word in enumerate(command[:-1]) if word == "-o"]
        if os.path.basename(command[0]) in ("ar", "gcc-ar") and len(command) > 2 and re.fullmatch("-?rcs?", command[1]):
            outs = [2]
        if len(outs) != 1 or any(word.startswith(("@", "-Wp,@", "-Wl,@")) for word in command):
            return None
        made = command[outs[0]]
        return None if "\n" in made or os.path.isabs(made) else made

    def make(self, command, error):
        """Makes a file, where it is not made; whether the call was one that can be told of."""
        made = self.made(command)
        if made is None or made in self.claimed:
            return False
        words = hashlib.sha256(json.dumps([command, os.getcwd(), sorted(os.environ.items())]).encode()).hexdigest()
        if self.left.get(made, words) != words:
            # Who reads it may be among what stands.
            sys.exit(f"{made} is made in another way than before: this build can't go on from that one")
        self.claimed.add(made)
        if made in self.left:
            print(f"{made} stands", flush=True)
            return True
        print(subprocess.list2cmdline(command), flush=True)
        os.makedirs(self.FOLDER, exist_ok=True)
        note = os.path.join(self.FOLDER, hashlib.sha256(made.encode()).hexdigest()[:16])
        code = subprocess.call(["/bin/sh", self.program, note, words, made, *command])
        if code:
            raise error(code, command)
        return True

    def remove_others(self):
        """Removes what this build has not asked for: setuptools packs whatever it finds."""
        for made in set(self.left) - self.claimed:
            if os.path.exists(made):
                os.remove(made)
        self.claimed.update(self.left)

    def attach(self):
        """Has setuptools ask for all that it would make in an empty folder."""
        from setuptools import Extension  # noqa: F401 (setuptools brings its own distutils)
        from distutils.ccompiler import CCompiler
        from distutils.command.build_ext import build_ext
        from distutils.command.install_lib import install_lib
        from distutils.errors import DistutilsExecError
        from setuptools.command import build_clib
        # Since setuptools 84 `spawn` is `call` with errors of its own.
        name = "call" if hasattr(CCompiler, "call") else "spawn"
        run, install = getattr(CCompiler, name), install_lib.install

        def failed(code, command):
            return (subprocess.CalledProcessError(code, command) if name == "call"
                    else DistutilsExecError(f"command {command[0]!r} failed with exit code {code}"))

        def called(compiler, command, **more):
            if more or not self.make([os.fspath(word) for word in command], failed):
                run(compiler, command, **more)

        def forced(finalize):
            def finalized(command):
                finalize(command)
                command.force = True
            return finalized

        def installed(command):
            self.remove_others()
            return install(command)

        setattr(CCompiler, name, called)
        install_lib.install = installed
        for command in (build_ext, build_clib.build_clib):
            command.finalize_options = forced(command.finalize_options)
        build_clib.newer_pairwise_group = lambda sources, targets, *more: (list(sources), list(targets))


def main():
    call = json.loads(sys.argv[1])
    program, sys.argv = sys.argv[0], sys.argv[:1]
    if hasattr(tempfile, "_get_candidate_names"):
        tempfile._name_sequence = Names()
    told_by_git(sys.path[0])
    # The folder of this file is none of the backend's.
    del sys.path[0]
    backend = backend_of(call)
    name, out, settings = call["hook"], call["out"], call["settings"]
    hook = getattr(backend, name, None)
    if name.startswith("get_requires_"):
        requires = list(hook(settings)) if hook else []
        with open(os.path.join(out, "requires.json"), "w", encoding="utf-8") as file:
            json.dump({"requires": requires}, file)
        return
    if hook is None:
        sys.exit(f"the backend {call['backend']} has no {name}: it can't make editable installs"
                 if name == "build_editable" else f"the backend {call['backend']} has no {name}")
    calls = None
    if os.path.basename(program) == "worker.py":
        calls = Calls(os.path.join(os.path.dirname(program), "call.sh"))
        calls.attach()
    wheel = hook(out, settings, None)
    if calls and set(calls.left) - calls.claimed:
        sys.exit("setuptools has packed this wheel in a way of its own: this build can't go on from an earlier one")
    if not os.path.isfile(os.path.join(out, wheel)):
        sys.exit(f"the backend said that it made {wheel}, which is not there")
    with open(call["name"], "w", encoding="utf-8") if call.get("name") else open(os.devnull, "w") as file:
        file.write(wheel)


try:
    main()
except Exception as error:
    why = at_fault(error)
    if why is None:
        traceback.print_exc()
        sys.exit(f"the backend failed: {type(error).__name__}: {error}")
    sys.exit(why)

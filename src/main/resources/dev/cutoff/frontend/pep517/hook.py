"""Runs one hook of a build backend (PEP 517, 660) in the environment that this interpreter belongs to.

Its argument is a JSON object: hook, backend, path (folders that the backend is imported from), out (a folder), settings. Two more are
what cargo made of a project's dependencies, and where cargo is to find it.
"""

import importlib
import json
import os
import re
import shutil
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


def said(error):
    """What an error says, with all that a group of errors (PEP 654) has in it."""
    inner = getattr(error, "exceptions", ())
    return ": ".join(filter(None, [str(error).strip(), "; ".join(said(one) for one in inner)]))


def at_fault(error):
    """What an error of a backend's says of pyproject.toml; None where it is about something else."""
    text = said(error)
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


def put_in_place(compiled, target):
    """Lays out what cargo made, and has it work there. All is of one time, since cargo makes anew what is older than what it was made of."""
    shutil.copytree(compiled, target, symlinks=True)
    os.utime(target)
    now = os.stat(target).st_mtime_ns
    for folder, folders, files in os.walk(target, topdown=False):
        for path in [os.path.join(folder, name) for name in files] + [folder]:
            if not os.path.islink(path):
                os.chmod(path, os.stat(path).st_mode | 0o200)
                os.utime(path, ns=(now, now))
    os.environ["CARGO_TARGET_DIR"] = target


def main():
    call = json.loads(sys.argv[1])
    if len(sys.argv) > 2:
        put_in_place(sys.argv[2], sys.argv[3])
    sys.argv = sys.argv[:1]
    if hasattr(tempfile, "_get_candidate_names"):
        tempfile._name_sequence = Names()
    if call.get("git", True):
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
    wheel = hook(out, settings, None)
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
        sys.exit(f"the backend failed: {type(error).__name__}: {said(error)}")
    sys.exit(why)

"""Runs one hook of a build backend (PEP 517, 660) in the environment that this interpreter belongs to.

Its argument is a JSON object: hook, backend, path (folders that the backend is imported from), out (a folder), settings.
"""

import importlib
import json
import os
import sys
import tempfile


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
    found = importlib.import_module(module)
    if call["path"]:
        file = os.path.realpath(getattr(found, "__file__", None) or found.__path__[0])
        folders = [os.path.realpath(folder) + os.sep for folder in call["path"]]
        if not any(file.startswith(folder) for folder in folders):
            sys.exit(f"the backend {module} was found at {file}, which is not in backend-path")
    for attribute in filter(None, attributes.split(".")):
        found = getattr(found, attribute)
    return found


def main():
    call = json.loads(sys.argv[1])
    sys.argv = sys.argv[:1]
    if hasattr(tempfile, "_get_candidate_names"):
        tempfile._name_sequence = Names()
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


main()

"""Compiles the crates that a Rust project depends on, without the project's own code: runs the hook that makes the wheel on a skeleton.

Its arguments are the JSON object that hook.py takes, the skeleton, and the folder that cargo is to work in. In the folder that the
object calls out it leaves target, what cargo made of the dependencies, or why, which says why there is none of it.
"""

import json
import os
import re
import shutil
import subprocess
import sys


def package(unit):
    """That of a folder of cargo's, NAME-HASH."""
    return unit.rsplit("-", 1)[0]


def outputs(fingerprint):
    """Names of a unit's outputs, by the folder that says whether it is fresh."""
    kinds = (re.match(r"(?:lib|bin|example)-(.+?)(?:\.json)?$", name) for name in os.listdir(fingerprint))
    return {kind.group(1).replace("-", "_") for kind in kinds if kind}


def belongs(file, names):
    name = re.sub(r"(-[0-9a-f]{16})?(\..*)?$", "", file)
    return name in names or (name.startswith("lib") and name[3:] in names)


def entries(folder):
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def keep(profile, target, names):
    """Copies what cargo made of some packages; the number of its units. All else, which is of the project, stays behind."""
    kept = 0
    fresh, build, deps = (os.path.join(profile, name) for name in (".fingerprint", "build", "deps"))
    if not os.path.isdir(fresh):
        # Cargo's new layout has one folder for all of a package.
        for name in entries(build):
            if name in names:
                shutil.copytree(os.path.join(build, name), os.path.join(target, "build", name), symlinks=True)
                kept += 1
        return kept
    others = set()
    for unit in entries(fresh):
        if package(unit) in names:
            shutil.copytree(os.path.join(fresh, unit), os.path.join(target, ".fingerprint", unit), symlinks=True)
            kept += 1
        else:
            others |= outputs(os.path.join(fresh, unit))
    for unit in entries(build):
        if package(unit) in names:
            shutil.copytree(os.path.join(build, unit), os.path.join(target, "build", unit), symlinks=True)
    os.makedirs(os.path.join(target, "deps"))
    for file in entries(deps):
        path = os.path.join(deps, file)
        if os.path.isfile(path) and not belongs(file, others):
            shutil.copy(path, os.path.join(target, "deps", file))
    return kept


def is_profile(folder):
    return any(os.path.isdir(os.path.join(folder, mark)) for mark in (".fingerprint", "build"))


def profiles(folder):
    """Folders of profiles, relative to cargo's: release, or TRIPLE/release."""
    for name in entries(folder):
        if is_profile(os.path.join(folder, name)):
            yield name
            continue
        for inner in entries(os.path.join(folder, name)):
            if is_profile(os.path.join(folder, name, inner)):
                yield os.path.join(name, inner)


def lay(skeleton):
    """Copies the skeleton, where cargo may write."""
    shutil.copytree(skeleton, "project", copy_function=shutil.copyfile)
    for where, folders, files in os.walk("project"):
        for path in [where] + [os.path.join(where, name) for name in files]:
            os.chmod(path, os.stat(path).st_mode | 0o200)


def compiled(call, skeleton, folder):
    """Runs the hook; why it gave nothing, None where it gave something."""
    with open(os.path.join(skeleton, "kept"), encoding="utf-8") as file:
        names = set(file.read().split())
    if not names:
        return "Cargo.lock names no crates but the project's own"
    lay(os.path.join(skeleton, "project"))
    wheel, target = os.path.abspath("wheel"), os.path.join(call["out"], "target")
    os.mkdir(wheel)
    hook = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hook.py")
    sys.stdout.flush()
    code = subprocess.run(
        [sys.executable, hook, json.dumps({**call, "out": wheel, "git": False})],
        cwd="project", env={**os.environ, "CARGO_TARGET_DIR": folder}, check=False).returncode
    if code != 0:
        return "the backend fails on the project's manifests without its code"
    kept = 0
    for profile in profiles(folder):
        kept += keep(os.path.join(folder, profile), os.path.join(target, profile), names)
    if kept == 0:
        return "cargo left nothing of them in the folder that it was told to work in"
    for name in entries(os.path.join(folder, "maturin")):
        # What PyO3 is told of the interpreter: it is compiled again where that is newer than what was made of it.
        if name.startswith("pyo3-config") and name.endswith(".txt"):
            os.makedirs(os.path.join(target, "maturin"), exist_ok=True)
            shutil.copy(os.path.join(folder, "maturin", name), os.path.join(target, "maturin", name))
    return None


def main():
    call = json.loads(sys.argv[1])
    try:
        why = compiled(call, sys.argv[2], sys.argv[3])
    except OSError as error:
        why = f"that failed: {error}"
    if why is not None:
        print(why)
        shutil.rmtree(os.path.join(call["out"], "target"), ignore_errors=True)
        with open(os.path.join(call["out"], "why"), "w", encoding="utf-8") as file:
            file.write(why)


main()

package dev.cutoff.frontend.pep517;

import dev.cutoff.frontend.document.Keys;
import dev.cutoff.frontend.python.PackageName;
import dev.cutoff.frontend.python.Requirement;
import dev.cutoff.model.Failure;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/**
 * What a project's pyproject.toml says of how it is built (PEP 517, 518, 621).
 *
 * @param folder the project's, a real path
 * @param name canonical name; that of the folder where the file has none
 * @param requires build requirements, as they stand there
 * @param backend {@code module} or {@code module:object}
 * @param backendPath folders of the project that the backend is imported from
 * @param hasBuildFolder whether the project says itself in which folder its backend builds
 * @param manifest Cargo.toml of a Rust project, from the folder, there or not
 */
public record PyProject(
        Path folder,
        String name,
        List<String> requires,
        String backend,
        List<String> backendPath,
        boolean hasBuildFolder,
        String manifest) {

    private static final String CARGO = "Cargo.toml";

    public static final String FILE = "pyproject.toml";

    /** What pip takes where a project says nothing (PEP 517, "Source trees"). */
    private static final String USUAL_BACKEND = "setuptools.build_meta:__legacy__";

    /** Repositories, as pip names them (PEP 440, "Direct references"). */
    private static final Pattern NO_HASH = Pattern.compile("@\\s*(git|hg|bzr|svn)\\+");

    private static final List<String> USUAL_REQUIREMENTS = List.of("setuptools>=40.8.0");

    public PyProject {
        requires = List.copyOf(requires);
        backendPath = List.copyOf(backendPath);
    }

    /**
     * Reads a project.
     *
     * @throws Failure of kind INPUT where it is none, or its file is wrong; with file and line
     */
    public static PyProject read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw Failure.input(folder + ": no such folder");
        }
        try {
            Path real = folder.toRealPath();
            Path file = real.resolve(FILE);
            if (!Files.isRegularFile(file)) {
                if (!Files.isRegularFile(real.resolve("setup.py")) && !Files.isRegularFile(real.resolve("setup.cfg"))) {
                    throw Failure.input(folder + " is no Python project: it has neither " + FILE + " nor setup.py");
                }
                return new PyProject(real, nameOf(real), USUAL_REQUIREMENTS, USUAL_BACKEND, List.of(), false, CARGO);
            }
            return parse(real, file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw Failure.input(folder.resolve(FILE) + ": is no UTF-8: save the file as UTF-8");
        } catch (IOException e) {
            throw Failure.io("reading " + folder.resolve(FILE), e);
        }
    }

    private static PyProject parse(Path folder, String file, String text) {
        TomlParseResult toml = Toml.parse(text);
        if (toml.hasErrors()) {
            TomlParseError first = toml.errors().get(0);
            throw Failure.input(file + ":" + first.position().line() + ": " + first.getMessage());
        }
        Keys top = new Keys(file, "", toml);
        Keys project = top.table("project");
        String name = project.string("name", "");
        if (!name.isEmpty() && !PackageName.isValid(name)) {
            throw Failure.input(project.at("name") + ": '" + name + "' can't be a project's name (PEP 508)");
        }
        Keys system = top.table("build-system");
        boolean says = top.has("build-system");
        if (says && !system.has("requires")) {
            throw Failure.input(top.at("build-system")
                    + ": [build-system] must say requires (PEP 518), as in requires = [\"setuptools\"]");
        }
        List<String> requires = says ? system.strings("requires") : USUAL_REQUIREMENTS;
        for (String requirement : requires) {
            if (NO_HASH.matcher(requirement).find()) {
                throw Failure.input(system.at("requires") + ": '" + requirement
                        + "' is a repository, which has no hash; name a release, or a wheel by its address");
            }
            if (Requirement.parse(requirement).isEmpty()) {
                throw Failure.input(system.at("requires") + ": '" + requirement + "' is no requirement (PEP 508)");
            }
        }
        List<String> path = system.strings("backend-path");
        for (String part : path) {
            Path inner = folder.resolve(part).normalize();
            if (!inner.startsWith(folder)) {
                throw Failure.input(system.at("backend-path") + ": '" + part + "' leads out of the project (PEP 517)");
            }
        }
        String backend = system.string("build-backend", "");
        if (backend.isEmpty() && !path.isEmpty()) {
            throw Failure.input(system.at("backend-path") + ": backend-path needs a build-backend (PEP 517)");
        }
        Keys tool = top.table("tool");
        boolean hasFolder = tool.table("scikit-build").has("build-dir");
        return new PyProject(
                folder,
                name.isEmpty() ? nameOf(folder) : PackageName.canonical(name),
                requires,
                backend.isEmpty() ? USUAL_BACKEND : backend,
                path,
                hasFolder,
                tool.table("maturin").string("manifest-path", CARGO));
    }

    /** Something that may be a unit's name, of a folder's. */
    private static String nameOf(Path folder) {
        Path last = folder.getFileName();
        String name = (last == null ? "" : last.toString()).replaceAll("[^A-Za-z0-9._-]", "-");
        return name.isEmpty() || !Character.isLetterOrDigit(name.charAt(0))
                ? "project" + name
                : PackageName.canonical(name);
    }
}

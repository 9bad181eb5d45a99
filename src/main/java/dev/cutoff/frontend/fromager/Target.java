package dev.cutoff.frontend.fromager;

import dev.cutoff.frontend.python.Version;
import dev.cutoff.frontend.python.WheelName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The interpreter and the machine that wheels are to run on.
 *
 * @param python its version, of which major and minor count; empty where it is not known
 * @param platform as in tags of wheels: {@code linux_x86_64}
 */
public record Target(Optional<Version> python, String platform) {

    private static final Pattern PYTHON = Pattern.compile("(py|cp)(\\d)(\\d*)t?");

    Target with(Version version) {
        return new Target(Optional.of(version), platform);
    }

    private String machine() {
        return platform.substring(platform.indexOf('_') + 1);
    }

    /** The version of CPython that a wheel is for, as {@code 3.12}; empty where it is for several. */
    static Optional<Version> pythonOf(WheelName wheel) {
        if (wheel.pythons().size() == 1 && !wheel.abis().contains("abi3")) {
            Matcher form = PYTHON.matcher(wheel.pythons().getFirst());
            if (form.matches() && form.group(1).equals("cp") && !form.group(3).isEmpty()) {
                return Version.parse(form.group(2) + "." + form.group(3));
            }
        }
        return Optional.empty();
    }

    /** Why a wheel does not fit, by its tags (PEP 425); empty where it does. Versions of the C library are not looked at. */
    Optional<String> unfit(WheelName wheel) {
        if (wheel.platforms().stream().noneMatch(this::fitsPlatform)) {
            return Optional.of("its tag is " + String.join(".", wheel.platforms()) + ", and the platform " + platform);
        }
        if (python.isEmpty()) {
            return pythonOf(wheel)
                    .map(version ->
                            "it is for Python " + version + ", other wheels are for others: say which with --python");
        }
        for (String tag : wheel.pythons()) {
            for (String abi : wheel.abis()) {
                if (fitsPython(tag, abi, python.get())) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of("its tags are " + String.join(".", wheel.pythons()) + "-" + String.join(".", wheel.abis())
                + ", and Python is " + python.get());
    }

    private boolean fitsPlatform(String tag) {
        return tag.equals("any")
                || (tag.matches("(linux|manylinux[0-9_]*|musllinux[0-9_]*)_.*")
                        && tag.endsWith("_" + machine())
                        && platform.startsWith("linux_"))
                || tag.equals(platform);
    }

    private static boolean fitsPython(String tag, String abi, Version python) {
        Matcher form = PYTHON.matcher(tag);
        if (!form.matches()) {
            return false;
        }
        long major = Long.parseLong(form.group(2));
        long minor = form.group(3).isEmpty() ? 0 : Long.parseLong(form.group(3));
        boolean exact = major == python.part(0) && minor == python.part(1);
        boolean older = major == python.part(0) && minor <= python.part(1);
        return switch (abi) {
            case "none" ->
                form.group(1).equals("py") ? older : exact || (form.group(3).isEmpty() && older);
            case "abi3" -> form.group(1).equals("cp") && older;
            default -> exact && abi.equals("cp" + python.part(0) + python.part(1));
        };
    }

    /** What markers of requirements ask for, as far as it is known. */
    Map<String, String> markers() {
        Map<String, String> values = new HashMap<>();
        values.put("platform_machine", machine());
        values.put("implementation_name", "cpython");
        values.put("platform_python_implementation", "CPython");
        if (platform.startsWith("linux_")) {
            values.put("sys_platform", "linux");
            values.put("platform_system", "Linux");
            values.put("os_name", "posix");
        }
        python.ifPresent(version -> {
            values.put("python_version", version.part(0) + "." + version.part(1));
            if (version.release().size() > 2) {
                values.put("python_full_version", version.toString());
            }
        });
        return values;
    }
}

package dev.cutoff.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells, where one command runs several builds, which of them a program belongs to. What it starts belongs there too. */
@FunctionalInterface
public interface Builds {

    /** All programs are of one build. */
    Builds ONE = (folder, command, environment) -> null;

    /**
     * The trace that takes in a program which was started by a process of no build.
     *
     * @param folder its working folder, as the builds see it
     * @param environment its variables, each as {@code NAME=value}
     * @return null if it is of no build either
     */
    @Nullable
    Trace of(String folder, List<String> command, List<String> environment);
}

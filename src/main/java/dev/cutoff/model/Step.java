package dev.cutoff.model;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * A process of a build, from the program that it started to its end; a process that only forked belongs to the step of
 * its parent.
 *
 * @param number position in the record's list of steps
 * @param parent number of the step that started it, -1 for the shell of a build line
 * @param line index of the recipe's line that it belongs to
 * @param command program and arguments
 * @param folder working folder at its start, as the build sees it
 * @param environment digest of its environment in canonical form ({@code $JOBS} left out)
 * @param writes paths that it made, wrote, renamed or deleted in the build folder or the artifact, as the build sees
 *     them
 * @param outputsRead paths that an earlier step of this build had made and this one read
 * @param outputsSeen paths that a step of this build had made and this one asked about, and, with a slash behind, folders that it
 *     listed in which one had made something
 * @param seconds wall time from its start to its end
 * @param check what a configure script was finding out when it started the step, in its own words; "" for other steps
 * @param heard whether what it wrote to its standard output or error may have gone elsewhere than to the build's log
 * @param repeatable the program's file, links followed, where what the step made rests on nothing but what its facts say and what
 *     it found of other steps' work in the build folder, as that was at the build's end: then the results of an earlier build may
 *     stand for running it again (docs/decisions/0026); "" for others
 */
public record Step(
        int number,
        int parent,
        int line,
        List<String> command,
        String folder,
        Digest environment,
        List<String> writes,
        List<String> outputsRead,
        List<String> outputsSeen,
        double seconds,
        String check,
        boolean heard,
        String repeatable) {

    /** A step that saw nothing of what others made but what it read, and whose words went to the log. */
    public Step(
            int number,
            int parent,
            int line,
            List<String> command,
            String folder,
            Digest environment,
            List<String> writes,
            List<String> outputsRead,
            double seconds,
            String check) {
        this(
                number,
                parent,
                line,
                command,
                folder,
                environment,
                writes,
                outputsRead,
                List.of(),
                seconds,
                check,
                false,
                "");
    }

    /** The same at another place of a list. */
    public Step at(int place, int parentPlace) {
        return new Step(
                place,
                parentPlace,
                line,
                command,
                folder,
                environment,
                writes,
                outputsRead,
                outputsSeen,
                seconds,
                check,
                heard,
                repeatable);
    }

    /** The same with what it saw of what others made. */
    public Step seeing(Collection<String> outputs) {
        return new Step(
                number,
                parent,
                line,
                command,
                folder,
                environment,
                writes,
                outputsRead,
                List.copyOf(outputs),
                seconds,
                check,
                heard,
                repeatable);
    }

    /** The same with what an earlier run of it had made and seen, whose work it found and left as it was. */
    public Step goingOnFrom(Step earlier) {
        return new Step(
                number,
                parent,
                line,
                command,
                folder,
                environment,
                union(writes, earlier.writes),
                union(outputsRead, earlier.outputsRead),
                union(outputsSeen, earlier.outputsSeen),
                seconds,
                check,
                heard,
                repeatable);
    }

    /** The same, which may be taken over from this build: see {@link #repeatable}. */
    public Step repeatableBy(String program) {
        return new Step(
                number,
                parent,
                line,
                command,
                folder,
                environment,
                writes,
                outputsRead,
                outputsSeen,
                seconds,
                check,
                heard,
                program);
    }

    private static List<String> union(List<String> first, List<String> second) {
        SequencedSet<String> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    public Step {
        command = List.copyOf(command);
        writes = List.copyOf(writes);
        outputsRead = List.copyOf(outputsRead);
        outputsSeen = List.copyOf(outputsSeen);
    }

    /** The program's base name: {@code cc} for {@code /usr/bin/cc}. */
    public String program() {
        if (command.isEmpty()) {
            return "?";
        }
        return Place.name(command.get(0));
    }

    /** Whether it is a compiler proper that a driver of the same name started ({@code clang -cc1}). */
    public boolean isInner() {
        return command.size() > 1 && command.get(1).equals("-cc1");
    }

    /** The command on one line, cut where it is long. */
    public String display() {
        StringBuilder text = new StringBuilder(program());
        for (String argument : command.subList(Math.min(1, command.size()), command.size())) {
            text.append(' ').append(argument.replace('\n', ' '));
            if (text.length() > 120) {
                return text.substring(0, 117) + "...";
            }
        }
        return text.toString();
    }
}

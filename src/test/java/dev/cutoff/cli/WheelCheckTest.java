package dev.cutoff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WheelCheckTest {

    private static String asked(List<String> settings, List<String> variables) {
        ProjectOptions project = new ProjectOptions();
        project.settings = settings;
        project.variables = variables;
        return WheelCheck.text(project, new PythonOptions());
    }

    /** What stands for one run must not stand for another. */
    @Test
    void otherWordsAreAnotherText() {
        List<String> texts = List.of(
                asked(List.of("a=b", "c=d"), List.of()),
                asked(List.of("a=b], c=[d"), List.of()),
                asked(List.of("a=b", "a=d"), List.of()),
                asked(List.of(), List.of("A=1", "B=2")),
                asked(List.of(), List.of("A=1, B=2")),
                asked(List.of(), List.of("A=1\nB\n2")));
        assertThat(texts).doesNotHaveDuplicates();
        assertThat(asked(List.of("a=b"), List.of("A=1"))).isEqualTo(asked(List.of("a=b"), List.of("A=1")));
    }
}

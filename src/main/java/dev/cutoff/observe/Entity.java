package dev.cutoff.observe;

import dev.cutoff.model.Fact;
import dev.cutoff.model.FactKind;

/** What a fact is about, before its state is known. */
record Entity(FactKind kind, String name, String scope) {

    Entity(FactKind kind, String name) {
        this(kind, name, "");
    }

    /** The fact without its state: the question. */
    Fact question() {
        return new Fact(kind, name, scope, "", "");
    }
}

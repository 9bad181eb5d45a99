package dev.cutoff.abi.type;

/** What a declaration and the definitions that complete it have in common: kind and full name. */
final class Declarations {

    private Declarations() {}

    /** The key of a declaration's or a definition's text. */
    static String key(String text) {
        int line = text.indexOf('\n');
        String[] fields = (line < 0 ? text : text.substring(0, line)).split("\t", 3);
        String name = fields.length > 1 ? fields[1] : "";
        boolean declared = fields[0].equals(Kind.DECLARATION.word()) || fields[0].equals(Kind.AMBIGUOUS.word());
        return (declared && fields.length > 2 ? fields[2] : fields[0]) + "\t" + name;
    }

    /** The text of a declaration of what a definition, or an ambiguous declaration, stands for. */
    static String text(String definition) {
        String key = key(definition);
        int tab = key.indexOf('\t');
        return Kind.DECLARATION.word() + "\t" + key.substring(tab + 1) + "\t" + key.substring(0, tab);
    }
}

package dev.cutoff.cli;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Run once after the program was built: gives the classes of a library stack maps. The JVM's cache of ready classes takes
 * none from before Java 6, which have no stack maps, and picocli's are of Java 5: each start had to read and verify them.
 */
final class ReadyClasses {

    /** Java 8: the first of the versions that every part of the JVM treats alike. */
    private static final int VERSION = 52;

    private ReadyClasses() {}

    /** Rewrites the jar {@code arguments[0]} to {@code arguments[1]}; its classes must be on the class path. */
    public static void main(String[] arguments) throws IOException {
        try (ZipFile from = new ZipFile(arguments[0]);
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
            for (ZipEntry entry : from.stream().toList()) {
                byte[] content = from.getInputStream(entry).readAllBytes();
                boolean isOld = entry.getName().endsWith(".class") && (content[6] << 8 | content[7]) < VERSION;
                to.putNextEntry(new ZipEntry(entry.getName()));
                to.write(isOld ? withStackMaps(content) : content);
                to.closeEntry();
            }
        }
    }

    private static byte[] withStackMaps(byte[] old) {
        ClassFile format = ClassFile.of(ClassFile.StackMapsOption.GENERATE_STACK_MAPS);
        ClassModel model = format.parse(old);
        ClassTransform bodies = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
        ClassTransform version = (builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(VERSION, 0);
            } else {
                builder.with(element);
            }
        };
        return format.transformClass(model, bodies.andThen(version));
    }
}

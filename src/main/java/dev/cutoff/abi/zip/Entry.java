package dev.cutoff.abi.zip;

/**
 * A file in a zip.
 *
 * @param name its path, with {@code /}
 * @param crc CRC-32 of its content, as the directory has it
 * @param packed bytes that it takes in the zip
 * @param size bytes of its content
 * @param offset where its packed bytes begin in the zip
 * @param executable whether somebody may run it, as far as the directory knows of modes
 */
public record Entry(String name, boolean deflated, long crc, long packed, long size, long offset, boolean executable) {}

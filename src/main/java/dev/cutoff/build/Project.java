package dev.cutoff.build;

import dev.cutoff.decide.Graph;
import java.nio.file.Path;

/**
 * What is to be built: a front end's reading of its ecosystem.
 *
 * @param root the workspace's folder, a real path
 */
public record Project(Path root, Graph graph) {}

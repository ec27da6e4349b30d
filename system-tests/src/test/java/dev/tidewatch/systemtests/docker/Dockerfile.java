package dev.tidewatch.systemtests.docker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The instructions of a Dockerfile, continuation lines joined and comments left out.
 *
 * @param instructions in order
 */
record Dockerfile(Path file, List<Instruction> instructions) {
  /**
   * One of them.
   *
   * @param name upper case, such as {@code RUN}
   */
  record Instruction(String name, String arguments) {}

  static Dockerfile read(Path file) {
    List<Instruction> instructions = new ArrayList<>();
    var joined = new StringBuilder();
    for (String line : DockerFolder.read(file).lines().toList()) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      boolean continues = text.endsWith("\\");
      joined.append(continues ? text.substring(0, text.length() - 1).strip() + " " : text);
      if (!continues) {
        String whole = joined.toString();
        int space = whole.indexOf(' ');
        instructions.add(
            new Instruction(
                whole.substring(0, space).toUpperCase(Locale.ROOT),
                whole.substring(space + 1).strip()));
        joined.setLength(0);
      }
    }
    return new Dockerfile(file, List.copyOf(instructions));
  }

  /** The arguments of every instruction of a kind. */
  List<String> all(String name) {
    return instructions.stream()
        .filter(instruction -> instruction.name().equals(name))
        .map(Instruction::arguments)
        .toList();
  }

  /** The instructions after the last FROM: what the image is. */
  List<Instruction> lastStage() {
    int from = 0;
    for (int i = 0; i < instructions.size(); i++) {
      if (instructions.get(i).name().equals("FROM")) {
        from = i;
      }
    }
    return instructions.subList(from, instructions.size());
  }

  /** The one instruction of a kind in the last stage. */
  String onlyOfLastStage(String name) {
    List<String> found =
        lastStage().stream()
            .filter(instruction -> instruction.name().equals(name))
            .map(Instruction::arguments)
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(file + ": expected one " + name + " in the last stage: " + found);
    }
    return found.getFirst();
  }
}

package dev.tidewatch.systemtests.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/internals/modules.md names each module of the build, once, in one line, and no other. */
class ModuleListTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z/-]+)` \\| ([^|]{10,}) \\|$", Pattern.MULTILINE);

  @Test
  void theDocumentListsTheModulesOfTheBuild() {
    String document =
        Repository.read(
            Repository.root().resolve("docs").resolve("internals").resolve("modules.md"));
    assertThat(ROW.matcher(document).results().map((MatchResult row) -> row.group(1)))
        .containsExactlyElementsOf(Repository.modules());
  }
}

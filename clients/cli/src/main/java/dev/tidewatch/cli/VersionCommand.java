package dev.tidewatch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says which version this is. */
@Command(
    name = "version",
    description = "Say which version this is.",
    footer = {"  tidewatch version", "  tidewatch version --json"})
final class VersionCommand implements Callable<Integer> {
  private final Session session;

  VersionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    String version = version();
    String java = Runtime.version().toString();
    if (session.json()) {
      session.print(Session.object().put("version", version).put("java", java));
    } else {
      session.print("tidewatch " + version + " (Java " + java + ")");
    }
    return ExitCode.OK;
  }

  static String version() throws IOException {
    try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
      var properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    }
  }
}

package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.Tidewatch.Server;
import dev.tidewatch.sdk.TidewatchException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Asks the four servers how they are. */
@Command(
    name = "status",
    description = "Ask the four servers whether they serve. Exit code 3 if one does not.",
    footer = {"  tidewatch status", "  tidewatch status --host metering-1 --timeout 2s --json"})
final class StatusCommand implements Callable<Integer> {
  private final Session session;

  StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Connection connection = session.options().connection(session.environment());
    var table = new Table().whole("SERVER").whole("ADDRESS").whole("STATE").right("MS").left("");
    ArrayNode servers = Session.object().putArray("servers");
    boolean allServe = true;
    for (Server server : Server.values()) {
      String name = server.name().toLowerCase(Locale.ROOT);
      String address = endpoint(connection, server).toString();
      long started = System.nanoTime();
      String state;
      String why = "";
      try {
        state = session.tidewatch().isServing(server) ? "serving" : "not serving";
      } catch (TidewatchException e) {
        state = "unreachable";
        why = Failures.lines(e).getFirst();
      }
      long millis = (System.nanoTime() - started) / 1_000_000;
      allServe &= state.equals("serving");
      servers
          .addObject()
          .put("server", name)
          .put("address", address)
          .put("state", state)
          .put("millis", millis)
          .put("why", why);
      String shown =
          state.equals("serving") ? session.style().green(state) : session.style().red(state);
      table.row(name, address, shown, Long.toString(millis), why);
    }
    if (session.json()) {
      session.print(servers);
    } else {
      session.print(table);
    }
    return allServe ? ExitCode.OK : ExitCode.UNAVAILABLE;
  }

  private static Endpoint endpoint(Connection connection, Server server) {
    return switch (server) {
      case INGEST -> connection.ingest();
      case REGISTRY -> connection.registry();
      case INFERENCE -> connection.inference();
      case MONITOR -> connection.monitor();
    };
  }
}

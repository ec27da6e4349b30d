package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.time.Durations;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.sdk.TidewatchException.FieldViolation;
import io.grpc.Status;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Turns what went wrong into words for people, or JSON for scripts, and an exit code. */
final class Failures {
  private Failures() {}

  /** Tells the user; returns the exit code. */
  static int report(Throwable failure, Session session) {
    Throwable cause = failure;
    if (failure instanceof UncheckedIOException && failure.getCause() != null) {
      cause = failure.getCause();
    }
    PrintStream err = session.err();
    int code = code(cause);
    if (session.json()) {
      err.println(json(cause, code));
    } else {
      List<String> lines = lines(cause);
      err.println(session.style().red("error:") + " " + lines.getFirst());
      lines.stream().skip(1).forEach(line -> err.println("  " + line));
    }
    if (code == ExitCode.FAILURE && session.environment().containsKey("TIDEWATCH_STACK_TRACES")) {
      cause.printStackTrace(err);
    }
    return code;
  }

  private static int code(Throwable cause) {
    return switch (cause) {
      case TidewatchException e -> ExitCode.of(e);
      case UsageException e -> ExitCode.USAGE;
      case NoSuchFileException e -> ExitCode.NOT_FOUND;
      case InterruptedException e -> ExitCode.INTERRUPTED;
      case CancellationException e -> ExitCode.INTERRUPTED;
      default -> ExitCode.FAILURE;
    };
  }

  static List<String> lines(Throwable cause) {
    List<String> lines = new ArrayList<>();
    switch (cause) {
      case TidewatchException e -> addLines(e, lines);
      case NoSuchFileException e -> lines.add("no such file: " + e.getFile());
      case InterruptedException e -> lines.add("interrupted");
      case CancellationException e -> lines.add(message(e));
      case IOException e -> lines.add(message(e));
      case UsageException e -> lines.add(message(e));
      default -> lines.add(cause.getClass().getSimpleName() + ": " + message(cause));
    }
    return lines;
  }

  private static void addLines(TidewatchException e, List<String> lines) {
    String text = e.description().isEmpty() ? e.code().name() : e.description();
    lines.add(e.reason().isEmpty() ? text : text + " (" + e.reason() + ")");
    for (FieldViolation violation : e.fieldViolations()) {
      if (!text.contains(violation.description())) {
        lines.add(violation.field() + ": " + violation.description());
      }
    }
    if (e.code() == Status.Code.UNAVAILABLE && e.reason().isEmpty()) {
      lines.add(
          "Is Tidewatch running there? Start it with 'tidewatch up', or name it with --host.");
    } else if (e.code() == Status.Code.UNAUTHENTICATED) {
      lines.add("Give a key with TIDEWATCH_API_KEY or --api-key.");
    } else if (e.code() == Status.Code.DEADLINE_EXCEEDED) {
      lines.add("Raise --timeout if the server just needs longer.");
    }
    e.retryDelay().ifPresent(delay -> lines.add("Try again in " + Durations.format(delay) + "."));
    if (e.metadata().containsKey("incident")) {
      lines.add("The server's log has the details under incident " + e.metadata().get("incident"));
    }
  }

  private static ObjectNode json(Throwable cause, int exitCode) {
    ObjectNode root = Session.object();
    ObjectNode error = root.putObject("error");
    error.put("exit_code", exitCode);
    if (cause instanceof TidewatchException e) {
      error.put("code", e.code().name());
      error.put("reason", e.reason());
      error.put("message", e.description());
      var fields = error.putArray("fields");
      for (FieldViolation violation : e.fieldViolations()) {
        fields.addObject().put("field", violation.field()).put("message", violation.description());
      }
      e.retryDelay().ifPresent(delay -> error.put("retry_after_seconds", delay.toMillis() / 1e3));
    } else {
      error.put("message", lines(cause).getFirst());
    }
    return root;
  }

  private static String message(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}

package dev.tidewatch.cli;

import dev.tidewatch.sdk.TidewatchException;
import java.util.List;

/** What a finished command tells the shell. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;
  static final int UNAVAILABLE = 3;
  static final int NOT_FOUND = 4;
  static final int DATA_REJECTED = 5;
  static final int DENIED = 6;
  static final int CONFLICT = 7;
  static final int NOT_BUILT = 8;
  static final int INTERRUPTED = 130;

  /** As the help shows them: code, meaning. */
  static final List<String> MEANINGS =
      List.of(
          " 0:done",
          " 1:failed",
          " 2:the command or a value in it is wrong",
          " 3:a server cannot be reached, is full or too slow; try again",
          " 4:no such series, model, version, alias, anomaly or file",
          " 5:done, but some readings or rows were rejected",
          " 6:the API key is missing, unknown or lacks the scope",
          " 7:not in this state: it exists already, changed meanwhile, or lacks something",
          " 8:the server does not have this yet",
          "130:interrupted");

  private ExitCode() {}

  static int of(TidewatchException failure) {
    return switch (failure.code()) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> USAGE;
      case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED -> UNAVAILABLE;
      case NOT_FOUND -> NOT_FOUND;
      case UNAUTHENTICATED, PERMISSION_DENIED -> DENIED;
      case ABORTED, ALREADY_EXISTS, FAILED_PRECONDITION -> CONFLICT;
      case UNIMPLEMENTED -> NOT_BUILT;
      default -> FAILURE;
    };
  }
}

package dev.tidewatch.inference.api;

import dev.tidewatch.inference.forecast.AnsweredBy;
import dev.tidewatch.proto.inference.v1.AnswerRole;

/** Parts that several answers share. */
final class Answers {
  private Answers() {}

  static dev.tidewatch.proto.inference.v1.AnsweredBy answeredBy(AnsweredBy by) {
    return dev.tidewatch.proto.inference.v1.AnsweredBy.newBuilder()
        .setModel(by.model())
        .setVersion(by.version())
        .setAlias(by.alias())
        .setRole(
            switch (by.role()) {
              case CHAMPION -> AnswerRole.ANSWER_ROLE_CHAMPION;
              case CANARY -> AnswerRole.ANSWER_ROLE_CANARY;
              case SHADOW -> AnswerRole.ANSWER_ROLE_SHADOW;
            })
        .setFamily(by.family())
        .setBundleSha256(by.bundleSha256())
        .setAssignment(by.assignment())
        .setTuningRevision(by.tuningRevision())
        .build();
  }
}

package dev.tidewatch.inference.serving;

/** Which part a version plays in an answer. */
public enum AnswerRole {
  /** The caller gets its answer. */
  CHAMPION,
  /** The caller gets its answer, by the canary's share or because it asked for the canary. */
  CANARY,
  /** Answers beside the other, to be compared; nobody gets its answer. */
  SHADOW
}

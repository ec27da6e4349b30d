package dev.tidewatch.registry.domain;

/** Whether a version can be served. */
public enum VersionState {
  PENDING,
  READY,
  FAILED,
  ARCHIVED
}

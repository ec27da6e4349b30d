package dev.tidewatch.registry.domain;

/** Which part of a version number goes up. */
public enum VersionBump {
  MAJOR,
  MINOR,
  PATCH
}

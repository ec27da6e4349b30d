package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.ModelVersion;

/** Versions as text, one after the other. Used by one thread at a time. */
interface ExportText {
  String start();

  String version(ModelVersion version);

  String end();
}

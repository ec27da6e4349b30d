package dev.tidewatch.registry.domain;

/** What kind of file an artifact is. */
public enum ArtifactFormat {
  BUNDLE,
  SAVED_MODEL_ZIP,
  ONNX,
  XGBOOST_JSON,
  TRIBUO_PROTOBUF
}

package dev.tidewatch.models.tensor;

/** Kinds of files that hold a model of tensors; the registry's names. */
public enum TensorFormat {
  /** Tidewatch's own. */
  BUNDLE,
  /** Zip of a TensorFlow SavedModel folder. */
  SAVED_MODEL_ZIP,
  ONNX,
  XGBOOST_JSON,
  TRIBUO_PROTOBUF
}

/**
 * The LSTM forecaster with quantile heads: trained with TensorFlow, served by DJL's TensorFlow
 * engine or by ONNX Runtime from the same weights.
 */
@NullMarked
package dev.tidewatch.models.tensorflow;

import org.jspecify.annotations.NullMarked;

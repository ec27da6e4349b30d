package dev.tidewatch.inference.batching;

import dev.tidewatch.models.tensor.Tensor;
import java.util.SortedMap;

/**
 * What a model answered.
 *
 * @param outputs by name
 * @param queueNanos from the question to the start of its batch
 * @param inferNanos that the engine took for the whole batch
 * @param batchRows rows in the batch that it was answered in
 */
public record InferenceAnswer(
    SortedMap<String, Tensor> outputs, long queueNanos, long inferNanos, int batchRows) {}

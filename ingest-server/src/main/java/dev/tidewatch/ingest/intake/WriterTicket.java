package dev.tidewatch.ingest.intake;

/**
 * The right to commit batches for a writer, until somebody else opens it.
 *
 * @param key short name of the writer
 * @param writerId as the client chose it
 * @param epoch which opening
 */
public record WriterTicket(int key, String writerId, long epoch) {}

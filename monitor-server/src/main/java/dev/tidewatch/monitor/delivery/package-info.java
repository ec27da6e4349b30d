/**
 * Delivery of alerts: each transition is fanned out into a queue in the database, and from there
 * sent to webhooks at least once.
 */
@org.jspecify.annotations.NullMarked
package dev.tidewatch.monitor.delivery;

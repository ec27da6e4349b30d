package dev.tidewatch.registry.domain;

import java.time.Duration;
import java.util.Optional;

/**
 * Which versions stay: those that any part names.
 *
 * @param model only this one's versions can go; empty: all models'
 * @param versionsMin the highest so many of each model stay, archived ones not counted
 * @param ageMin younger ones stay
 * @param sinceLiveMin those that an alias named within this time stay
 */
public record RetentionRule(
    Optional<ModelName> model,
    int versionsMin,
    Optional<Duration> ageMin,
    Optional<Duration> sinceLiveMin) {
  public RetentionRule {
    if (versionsMin < 0) {
      throw new IllegalArgumentException("versionsMin: " + versionsMin);
    }
  }
}

/**
 * Detectors that describe a reading, or a row of several series, by features of the newest window
 * and ask a learnt scorer how unusual that description is. Scorers are plugged in: isolation forest
 * here, one-class SVM in the module of Tribuo's families.
 */
@NullMarked
package dev.tidewatch.models.detection.features;

import org.jspecify.annotations.NullMarked;

/**
 * Detectors that look at several aligned series together: rows of one grid, one value of each input
 * a row. A bundle names its inputs as ordered roles; an assignment binds each to a series.
 */
@NullMarked
package dev.tidewatch.models.detection.multivariate;

import org.jspecify.annotations.NullMarked;

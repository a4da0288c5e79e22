// splat.cuh: constants that kernels share. Java's copies (SplatConstants.java) are compared with these by a test.
#pragma once

#define TILE_SIZE 16              // px: side of a blending tile
#define ALPHA_MIN (1.0f / 255.0f) // below it a Gaussian leaves a pixel as it is: less than one 8-bit level
#define ALPHA_MAX 0.99f           // above it transmittance could reach 0, and its gradient infinity
#define TRANSMITTANCE_MIN 1e-4f   // a pixel is done before transmittance falls below it
#define NEAR_PLANE 0.2f           // camera z, world units: nearer Gaussians are culled
#define COV2D_DILATION 0.3f       // px^2 on the diagonal of the 2-D covariance: no Gaussian thinner than about a pixel
#define FRUSTUM_SLACK 1.3f        // the projection's Jacobian is taken at most this times the half field of view off axis

"""Access provisioning and onboarding for a municipality."""

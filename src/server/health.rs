//! `grpc.health.v1`: the service's name and `""` say the same, and begin as NOT_SERVING.

use tonic::server::NamedService;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

use super::proto::stance_service_server::StanceServiceServer;
use super::service::StanceApi;

const SERVICES: [&str; 2] = ["", <StanceServiceServer<StanceApi> as NamedService>::NAME];

/// Whether the service can be called, for load balancers and orchestrators.
#[derive(Debug, Clone)]
pub struct Health(HealthReporter);

impl Health {
    /// Not serving yet.
    pub async fn new() -> Self {
        // A new reporter says that "" is serving.
        let health = Self(HealthReporter::new());
        health.not_serving().await;
        health
    }

    /// The service that answers checks and watches.
    pub(super) fn service(&self) -> HealthServer<HealthService> {
        HealthServer::new(HealthService::from_health_reporter(self.0.clone()))
    }

    /// From now on calls are answered.
    pub async fn serving(&self) {
        self.set(ServingStatus::Serving).await;
    }

    /// From now on calls are refused.
    pub async fn not_serving(&self) {
        self.set(ServingStatus::NotServing).await;
    }

    async fn set(&self, status: ServingStatus) {
        for service in SERVICES {
            self.0.set_service_status(service, status).await;
        }
    }
}

//! HTTP: the page and its files, the health of the server, and the way in to signaling.

use crate::hub::Hub;
use crate::ws;
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{any, get};
use std::sync::Arc;
use tokio::sync::watch;

/// A frame may be this long before the connection ends without an answer; the machine's own limit is lower and is answered.
const FRAME: usize = 1024 * 1024;

/// The page's files: name, type, contents.
const FILES: &[(&str, &str, &str)] = &[
    ("index.html", "text/html; charset=utf-8", include_str!("page/index.html")),
    ("style.css", "text/css; charset=utf-8", include_str!("page/style.css")),
    ("main.js", JAVASCRIPT, include_str!("page/main.js")),
    ("signaling.js", JAVASCRIPT, include_str!("page/signaling.js")),
    ("call.js", JAVASCRIPT, include_str!("page/call.js")),
    ("measure.js", JAVASCRIPT, include_str!("page/measure.js")),
    ("view.js", JAVASCRIPT, include_str!("page/view.js")),
    ("icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
];
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) hub: Arc<Hub>,
    pub(crate) stopped: watch::Receiver<bool>,
    pub(crate) allow_origins: Arc<[String]>,
    pub(crate) stun_port: Option<u16>,
}

pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/", get(|| async { file("index.html") }))
        .route("/favicon.ico", get(|| async { file("icon.svg") }))
        .route("/health", get(health))
        .route("/signal", any(signal))
        .route("/{name}", get(|Path(name): Path<String>| async move { file(&name) }))
        .with_state(app)
}

fn file(name: &str) -> Response {
    let Some((_, kind, contents)) = FILES.iter().find(|(known, ..)| *known == name) else {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    };
    // The page loads nothing from elsewhere and runs only its own scripts.
    const POLICY: &str =
        "default-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_TYPE, *kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, *contents).into_response()
}

async fn health(State(app): State<App>) -> impl IntoResponse {
    let census = app.hub.census();
    Json(serde_json::json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "clients": census.clients,
        "rooms": census.rooms,
        "codes": census.codes,
        "echo_calls": census.echo_calls,
        "stun_port": app.stun_port,
    }))
}

async fn signal(
    State(app): State<App>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if !origin_allowed(&headers, &app.allow_origins) {
        let advice = "pages of this origin may not use this server: start it with --allow-origin\n";
        return (StatusCode::FORBIDDEN, advice).into_response();
    }
    match upgrade {
        Ok(upgrade) => {
            let upgrade = upgrade.max_message_size(FRAME).max_frame_size(FRAME).max_write_buffer_size(8 * FRAME);
            upgrade.on_upgrade(move |socket| ws::serve(socket, app.hub, app.stopped))
        }
        Err(_) => (StatusCode::UPGRADE_REQUIRED, "this is the signaling: connect with a WebSocket\n").into_response(),
    }
}

/// RFC 6455 §10.2: a foreign page in somebody's browser must not speak for its user. Clients that are no browsers send no origin.
fn origin_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let own = origin.split_once("://").is_some_and(|(_, authority)| host == Some(authority));
    own || allowed.iter().any(|allowed| allowed == "*" || allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(origin: &str, host: &str) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).expect("a header");
        [(header::ORIGIN, value(origin)), (header::HOST, value(host))].into_iter().collect()
    }

    #[test]
    fn only_the_own_page_and_listed_origins_may_use_the_signaling() {
        assert!(origin_allowed(&HeaderMap::new(), &[]));
        assert!(origin_allowed(&headers("http://localhost:8080", "localhost:8080"), &[]));
        assert!(origin_allowed(&headers("https://example.org", "example.org"), &[]));
        assert!(!origin_allowed(&headers("https://evil.example", "localhost:8080"), &[]));
        assert!(!origin_allowed(&headers("http://localhost:8081", "localhost:8080"), &[]));
        assert!(!origin_allowed(&headers("null", "localhost:8080"), &[]));
        assert!(origin_allowed(&headers("https://app.example", "localhost:8080"), &["https://app.example/".into()]));
        assert!(origin_allowed(&headers("https://evil.example", "localhost:8080"), &["*".into()]));
    }
}

import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "theme"
import "controls"
import "screens"
import "screens/orders"

ApplicationWindow {
    id: window
    readonly property bool inside: app.screen !== "lock" && app.screen !== "welcome"

    color: Theme.canvas
    height: 800
    minimumHeight: 560
    minimumWidth: 900
    title: "posbridge"
    width: 1280

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        RowLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            spacing: 0
            NavRail { Layout.fillHeight: true; visible: window.inside }
            Loader {
                id: page
                objectName: "page"
                Layout.fillHeight: true
                Layout.fillWidth: true
                focus: true
                source: {
                    switch (app.screen) {
                    case "sell": return "screens/SellScreen.qml"
                    case "pay": return "screens/PayScreen.qml"
                    case "receipt": return "screens/ReceiptScreen.qml"
                    case "orders": return "screens/OrdersScreen.qml"
                    case "queue": return "screens/QueueScreen.qml"
                    case "gift_cards": return "screens/GiftCardsScreen.qml"
                    case "overview": return "screens/OverviewScreen.qml"
                    case "rules": return "screens/RulesScreen.qml"
                    case "connections": return "screens/ConnectionsScreen.qml"
                    case "welcome": return "screens/WelcomeScreen.qml"
                    default: return "screens/LockScreen.qml"
                    }
                }
            }
        }
        SyncBar { Layout.fillWidth: true; visible: app.screen !== "welcome" }
    }
    AgeSheet { basket: app.sell.basket }
    CodeSheet { link: app.code }
    HelpSheet { visible: app.help_open; onClosed: if (app.help_open) app.toggle_help() }
    Shortcut { sequence: "F1"; onActivated: app.toggle_help() }
    Shortcut { enabled: window.inside; sequence: "F2"; onActivated: { app.go("sell"); page.item.focusSearch() } }
    Shortcut { enabled: window.inside; sequence: "F4"; onActivated: { app.go("sell"); page.item.openCustomer() } }
    Shortcut { enabled: window.inside; sequence: "F6"; onActivated: app.go("orders") }
    Shortcut { enabled: app.screen === "sell"; sequence: "F3"; onActivated: page.item.inspect() }
    Shortcut { enabled: window.inside; sequence: "F7"; onActivated: app.sell.basket.age.open() }
    Shortcut { enabled: app.screen === "sell"; sequence: "F8"; onActivated: app.sell.basket.park("") }
    Shortcut { enabled: window.inside; sequence: "F9"; onActivated: { app.go("sell"); page.item.openParked() } }
    Shortcut { enabled: app.screen === "sell" && app.sell.basket.lines.count > 0; sequence: "F12"; onActivated: app.go("pay") }
    Shortcut { enabled: window.inside; sequence: "Ctrl+L"; onActivated: app.lock_now() }
}

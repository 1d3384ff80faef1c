import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"

Rectangle {
    id: rail
    color: Theme.surface
    // A low window: every place stays in sight.
    readonly property bool low: height < 660
    implicitWidth: Math.round(88 * Math.min(1.5, Theme.scale))

    component Place: AbstractButton {
        id: place
        property string iconName: ""
        property string screen: ""
        property string shortcut: ""
        readonly property bool here: app.screen === screen || (screen === "sell" && (app.screen === "pay" || app.screen === "receipt"))
        Layout.fillWidth: true
        visible: app.person.screens === undefined || app.person.screens.indexOf(screen) >= 0 || (app.setting_up && screen === "connections")
        Layout.preferredHeight: Math.round((rail.low ? 56 : 68) * Math.min(1.1, Theme.scale))
        Accessible.name: text
        Accessible.role: Accessible.PageTab
        Keys.onReturnPressed: click()
        onClicked: app.go(screen)
        contentItem: Item {
            Column {
                anchors.centerIn: parent
                spacing: rail.low ? 0 : 4
                width: parent.width
                Icon { anchors.horizontalCenter: parent.horizontalCenter; color: place.here ? Theme.accent : Theme.soft; name: place.iconName; size: 24 }
                AppText {
                    color: place.here ? Theme.accent : Theme.soft
                    font.pixelSize: Math.min(Theme.small, 18)
                    fontSizeMode: text.indexOf(" ") < 0 ? Text.HorizontalFit : Text.FixedSize
                    minimumPixelSize: 11
                    horizontalAlignment: Text.AlignHCenter
                    strong: place.here
                    elide: Text.ElideRight
                    lineHeight: 0.9
                    maximumLineCount: 2
                    text: place.text
                    width: parent.width - 8
                    x: 4
                    wrapMode: Text.WordWrap
                }
            }
        }
        background: Item {
            Rectangle {
                anchors { fill: parent; margins: 4; leftMargin: 8; rightMargin: 8 }
                color: place.here ? Theme.accentSoft : place.hovered ? Theme.sunken : "transparent"
                radius: Theme.radius
                FocusRing { anchors.margins: 0; around: place }
            }
        }
        Tip { shortcut: place.shortcut; text: place.text; visible: place.hovered && place.shortcut }
    }
    Rectangle { anchors { bottom: parent.bottom; right: parent.right; top: parent.top } color: Theme.line; width: 1 }
    ColumnLayout {
        anchors { fill: parent; bottomMargin: 8; topMargin: 8; rightMargin: 1 }
        spacing: 0
        Flickable {
            Layout.fillHeight: true
            Layout.fillWidth: true
            id: rails
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            contentHeight: places.implicitHeight
            ScrollIndicator.vertical: ScrollIndicator { }
            ColumnLayout {
                id: places
                spacing: 0
                width: parent.width
                Place { iconName: "storefront-outline"; screen: "sell"; shortcut: "F2"; text: qsTr("Sell") }
                Place { iconName: "receipt-text-outline"; screen: "orders"; shortcut: "F6"; text: qsTr("Orders") }
                Place { iconName: "gift-outline"; screen: "gift_cards"; text: qsTr("Gift cards") }
                Place { iconName: "tray-full"; screen: "queue"; text: qsTr("Queue") }
                Place { iconName: "chart-box-outline"; screen: "overview"; text: qsTr("Overview") }
                Place { iconName: "scale-balance"; screen: "rules"; text: qsTr("Rules") }
                Place { iconName: "connection"; screen: "connections"; text: qsTr("Systems") }
            }
        }
        IconButton { Layout.alignment: Qt.AlignHCenter; iconName: "help-circle-outline"; shortcut: "F1"; text: qsTr("Help"); onClicked: app.toggle_help() }
        IconButton { Layout.alignment: Qt.AlignHCenter; iconName: "lock-outline"; shortcut: "Ctrl+L"; text: qsTr("Lock"); onClicked: app.lock_now() }
        Rectangle {
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: 4
            color: Theme.accentSoft
            implicitHeight: Math.round(44 * Math.min(1.5, Theme.scale))
            implicitWidth: implicitHeight
            radius: implicitHeight / 2
            Accessible.name: qsTr("Signed in: %1").arg(app.person.name || "")
            Accessible.role: Accessible.StaticText
            AppText { anchors.centerIn: parent; color: Theme.accent; strong: true; text: app.person.initials || "" }
        }
        AppText {
            Layout.fillWidth: true
            Layout.topMargin: 4
            font.pixelSize: Math.min(Theme.small, 18)
            horizontalAlignment: Text.AlignHCenter
            muted: true
            text: (app.person.name || "").split(" ")[0]
            visible: !rail.low
        }
    }
}

import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"

Sheet {
    title: qsTr("Help")
    onOpened: flick.forceActiveFocus()
    subtitle: qsTr("Every key works on any screen. A barcode scan needs no field.")
    Flickable {
        id: flick
        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: inside.implicitHeight
        Keys.onDownPressed: contentY = Math.max(0, Math.min(contentY + 64, contentHeight - height))
        Keys.onUpPressed: contentY = Math.max(0, contentY - 64)
        ScrollBar.vertical: ScrollBar { policy: flick.contentHeight > flick.height ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff }
        ColumnLayout {
            id: inside
            spacing: 12
            width: flick.width - 12
            Repeater {
                model: [
                    { key: "F1", what: qsTr("This sheet") },
                    { key: "F2", what: qsTr("Search products") },
                    { key: "F3", what: qsTr("Details of the product with the focus (or hold it)") },
                    { key: "F4", what: qsTr("Choose the customer") },
                    { key: "F6", what: qsTr("Orders and returns") },
                    { key: "F7", what: qsTr("Check the age") },
                    { key: "F8", what: qsTr("Park the basket") },
                    { key: "F9", what: qsTr("Bring a parked basket back") },
                    { key: "F12", what: qsTr("Pay") },
                    { key: "Ctrl+L", what: qsTr("Lock the till") },
                    { key: "Esc", what: qsTr("Close what is open") }
                ]
                RowLayout {
                    required property var modelData
                    Layout.fillWidth: true
                    spacing: 16
                    Rectangle {
                        Layout.preferredWidth: Math.max(72, cap.implicitWidth + 20)
                        border { color: Theme.line; width: 1 }
                        color: Theme.sunken
                        implicitHeight: cap.implicitHeight + 14
                        radius: Theme.radiusSmall
                        AppText { id: cap; anchors.centerIn: parent; strong: true; text: modelData.key }
                    }
                    AppText { Layout.fillWidth: true; text: modelData.what; wrapMode: Text.Wrap }
                }
            }
            Rectangle { Layout.fillWidth: true; Layout.topMargin: 8; color: Theme.line; implicitHeight: 1 }
            AppText { strong: true; text: qsTr("When the network is gone") }
            AppText {
                Layout.fillWidth: true
                muted: true
                text: qsTr("Selling goes on. Each sale is safe on this till the moment it is paid, and is sent once, by itself, when the network is back. The bar at the bottom says what waits.")
                wrapMode: Text.Wrap
            }
        }
    }
}

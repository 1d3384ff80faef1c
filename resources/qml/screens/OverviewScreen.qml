import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "overview"

FocusScope {
    id: screen
    readonly property var vm: app.overview
    readonly property bool wide: width > 1000 && Theme.scale < 1.4

    function compared() {
        if (!vm.compared)
            return ""
        const change = Number(vm.compared)
        const words = fmt.percent(String(Math.abs(change)))
        return change >= 0 ? qsTr("%1 more than a week ago").arg(words) : qsTr("%1 less than a week ago").arg(words)
    }
    Flickable {
        anchors.fill: parent
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: page.implicitHeight + 48
        ScrollBar.vertical: ScrollBar { }
        ColumnLayout {
            id: page
            spacing: 16
            width: screen.width - 48
            x: 24
            y: 24
            ScreenHead { Layout.fillWidth: true; title: qsTr("Today") }
            GridLayout {
                Layout.fillWidth: true
                columnSpacing: 16
                columns: screen.wide || Theme.scale < 1.3 ? 4 : 2
                rowSpacing: 16
                uniformCellWidths: true
                Figure { Layout.fillWidth: true; Layout.fillHeight: true; iconName: "cash-register"; label: qsTr("Sales"); note: (fmt.locale, screen.compared()); value: (fmt.locale, fmt.money(screen.vm.sales, screen.vm.currency)) }
                Figure { Layout.fillWidth: true; Layout.fillHeight: true; iconName: "receipt-text-outline"; label: qsTr("Orders"); value: (fmt.locale, fmt.number(screen.vm.orders)) }
                Figure { Layout.fillWidth: true; Layout.fillHeight: true; iconName: "basket-outline"; label: qsTr("Average order"); value: (fmt.locale, fmt.money(screen.vm.average, screen.vm.currency)) }
                Figure { Layout.fillWidth: true; Layout.fillHeight: true; iconName: "tag-outline"; label: qsTr("Discounts given"); value: (fmt.locale, fmt.money(screen.vm.discounts, screen.vm.currency)) }
            }
            GridLayout {
                Layout.fillWidth: true
                columnSpacing: 16
                columns: 2
                rowSpacing: 16
                Panel {
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    Layout.preferredWidth: 2
                    title: qsTr("Sales by hour")
                    BarChart {
                        Layout.fillWidth: true
                        Layout.preferredHeight: 196
                        Layout.topMargin: 8
                        axisText: value => fmt.number(value / 100)
                        labels: (fmt.locale, screen.vm.hours.map(row => fmt.hour(row.hour)))
                        names: (fmt.locale, screen.vm.hours.map(row => fmt.money(row.amount, screen.vm.currency)))
                        values: screen.vm.hours.map(row => row.amount)
                    }
                }
                Panel {
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    title: qsTr("Needs a decision")
                    Repeater {
                        model: screen.vm.decisions
                        ListRow {
                            required property var modelData
                            Layout.fillWidth: true
                            iconName: "alert"
                            tint: Theme.attention
                            inset: 0
                            title: Words.decision(modelData.code, modelData.count)
                            trailing: Icon { name: "chevron-right" }
                            onClicked: app.go(modelData.screen)
                        }
                    }
                    EmptyState { Layout.fillWidth: true; Layout.topMargin: 24; iconName: "check-all"; title: qsTr("Nothing waits for you"); visible: screen.vm.decisions.length === 0 }
                    Item { Layout.fillHeight: true }
                }
                Panel {
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    Layout.preferredWidth: 2
                    title: qsTr("Sync health")
                    HealthChart { Layout.fillWidth: true; Layout.preferredHeight: 160; Layout.topMargin: 8; rows: screen.vm.sent }
                    Repeater {
                        model: screen.vm.errors
                        ProgressStrip {
                            required property var modelData
                            Layout.fillWidth: true
                            label: Words.reason(modelData.reason)
                            meaning: "attention"
                            part: modelData.count / Math.max(...screen.vm.errors.map(row => row.count))
                            value: (fmt.locale, qsTr("%n time(s)", "", modelData.count))
                        }
                    }
                    Item { Layout.fillHeight: true }
                }
                ColumnLayout {
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    spacing: 16
                    Panel {
                        Layout.fillWidth: true
                        title: qsTr("How it was paid")
                        Repeater {
                            model: screen.vm.tenders
                            ProgressStrip {
                                required property var modelData
                                Layout.fillWidth: true
                                label: Words.tender(modelData.kind) + " · " + fmt.number(modelData.count)
                                part: modelData.amount / Math.max(1, screen.vm.sales)
                                value: (fmt.locale, fmt.money(modelData.amount, screen.vm.currency))
                            }
                        }
                    }
                    Panel {
                        Layout.fillHeight: true
                        Layout.fillWidth: true
                        title: qsTr("Sold most")
                        Repeater {
                            model: screen.vm.top
                            RowLayout {
                                required property var modelData
                                Layout.fillWidth: true
                                AppText { Layout.fillWidth: true; text: (fmt.locale, qsTr("%1 × %2").arg(fmt.quantity(modelData.quantity)).arg(modelData.title)); wrapMode: Text.Wrap }
                                MoneyText { amount: modelData.amount; currency: screen.vm.currency }
                            }
                        }
                        Item { Layout.fillHeight: true }
                    }
                }
            }
        }
    }
}
